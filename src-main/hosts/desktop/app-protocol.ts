import type { CustomScheme, Protocol } from 'electron'
import { readRendererFile, securityHeaders } from '../calls/renderer-files.ts'
import { isOwnAddress, pageScheme } from './page-address.ts'

/**
 * The scheme behaves like https: an origin of its own, and no mixed content. It does not bypass the policy, and
 * service workers cannot be registered.
 */
const pageSchemes: readonly CustomScheme[] = [
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]

/** Has to run before the application is ready. */
export function registerPageScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([...pageSchemes])
}

/** Answers `app://bundle/…` with files of the renderer's build, and with nothing else. */
export function servePage(protocol: Pick<Protocol, 'handle'>, rendererFolder: string): void {
  protocol.handle(pageScheme, async request => answerPage(request, rendererFolder))
}

/** The answer to one request; contained in the folder, with the policy of every host. */
export async function answerPage(request: Request, rendererFolder: string): Promise<Response> {
  const isReading = request.method === 'GET' || request.method === 'HEAD'
  const file =
    isReading && isOwnAddress(request.url)
      ? await readRendererFile(new URL(request.url).pathname, rendererFolder)
      : null
  if (file === null) {
    const headers = { ...securityHeaders, 'Content-Type': 'text/plain' }
    return new Response('Not found', { status: 404, headers })
  }
  return new Response(new Uint8Array(file.bytes), {
    headers: { ...securityHeaders, 'Content-Type': file.mediaType, 'Cache-Control': 'no-store' },
  })
}
