import { ownValue } from '../../core/values/named-values.ts'
import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the build of the renderer lies; `npm run build` makes it. */
export const rendererFolder = fileURLToPath(new URL('../../../dist/renderer/', import.meta.url))

/** Kinds of file that the build holds; anything else is not served. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
}

/**
 * Every answer of a host carries these: nothing from elsewhere, no inline script or style, no frame
 * around it. The page's own files and calls to its own origin are all that it needs.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    'media-src data:',
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

export interface RendererFile {
  readonly bytes: Buffer
  readonly mediaType: string
}

/**
 * A file of the renderer's build by the path of its URL; null for whatever is not a file inside the
 * folder: other kinds, other folders (`..`, encoded or not), folders themselves.
 */
export async function readRendererFile(
  urlPath: string,
  folder: string = rendererFolder,
): Promise<RendererFile | null> {
  const name = decodePath(urlPath)
  if (name === null) return null
  const file = path.resolve(folder, `.${name === '/' ? '/index.html' : name}`)
  const inside = path.relative(folder, file)
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return null
  const mediaType = ownValue(mediaTypes, path.extname(file))
  if (mediaType === undefined) return null
  try {
    // A link inside the folder must not lead out of it.
    if ((await realpath(file)) !== path.join(await realpath(folder), inside)) return null
    return { bytes: await readFile(file), mediaType }
  } catch {
    return null
  }
}

function decodePath(urlPath: string): string | null {
  try {
    const name = decodeURIComponent(urlPath)
    return name.startsWith('/') && !/[\0\\]/.test(name) ? name : null
  } catch {
    return null
  }
}
