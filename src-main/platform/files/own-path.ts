import { realpathSync } from 'node:fs'
import path from 'node:path'
import { platform } from 'node:process'
import { visibleLine } from '../../core/i18n/visible-text.ts'

/** Of a path; systems refuse some at 1,024 characters. */
const MAX_LENGTH = 1_000
/** Of a name, in bytes of UTF-8; common to the file systems that people use. */
const MAX_NAME_BYTES = 255

/** Names that Windows keeps for devices, whatever their ending. */
export function isDeviceName(name: string): boolean {
  return /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i.test(name)
}

/** Whether a path of Windows lies on a share: `\\server\share` or `\\?\UNC\server\share`; not `\\?\C:\` and `\\.\` of local devices. */
export function isOnShare(file: string): boolean {
  return /^\\\\(?:\?\\UNC\\|[^\\?.])/i.test(file)
}

/**
 * A file of ours as a database names it: below a folder that the database does not name, parts divided by `/` on every system.
 * @returns the parts; null for whatever could lead elsewhere on any system: an absolute path, a drive, a share, `..`, NUL, a stream; and
 * for the name of a device on Windows, the only system that has no such files
 */
export function partsOf(
  stored: string,
  system: NodeJS.Platform = platform,
): readonly string[] | null {
  if (stored === '' || stored.length > MAX_LENGTH || /[\0\\:]/.test(stored)) return null
  const parts = stored.split('/')
  // Windows drops dots and spaces at the end of a name, so `.. ` would be `..`.
  const isName = (part: string): boolean =>
    !/^[. ]*$|[. ]$/.test(part) &&
    Buffer.byteLength(part) <= MAX_NAME_BYTES &&
    !(system === 'win32' && isDeviceName(part))
  return parts.every(isName) ? parts : null
}

/**
 * A name of others as a file of a person can have it on every system: what cannot be seen or turns the direction of writing is written
 * out, what Windows does not allow is `_`, and a device's name ends in `~`.
 */
export function portableName(name: string): string {
  const visible = visibleLine(name)
    .replace(/<(U\+[0-9A-F]+(?:×\d+)?)>/g, '($1)')
    .replace(/[<>:"|?*\\/]/g, '_')
    .replace(/[. ]$/, '_')
  if (!isDeviceName(visible)) return visible
  const { name: stem, ext } = path.posix.parse(visible)
  return `${stem}~${ext}`
}

/**
 * Paths that no two systems take for one: a later path that differs only in case or in the form of its characters from an earlier one
 * gets a number, `a~2.txt`.
 * @param earlier of the paths so far; it is added to
 */
export function distinctPath(file: string, earlier: Set<string>): string {
  const { dir, name, ext } = path.parse(file)
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? file : path.join(dir, `${name}~${count}${ext}`)
    const key = candidate.normalize('NFC').toLowerCase()
    if (earlier.has(key)) continue
    earlier.add(key)
    return candidate
  }
}

/** Whether a path is absolute on some system: it was written before paths were relative. */
export function isAbsoluteSomewhere(stored: string): boolean {
  return path.posix.isAbsolute(stored) || path.win32.isAbsolute(stored)
}

/** The way from a folder to a file in it as a database keeps it; null for a file elsewhere. Links are not followed. */
export function storedWithin(root: string, file: string): string | null {
  const way = path.relative(root, file)
  if (way === '' || path.isAbsolute(way)) return null
  const stored = way.split(path.sep).join('/')
  return partsOf(stored) === null ? null : stored
}

/** Whether a path is a folder or lies in it. Links are not followed. */
export function isBelow(root: string, file: string): boolean {
  const way = path.relative(root, file)
  return !path.isAbsolute(way) && way.split(path.sep)[0] !== '..'
}

/** Whether a path leads into a folder once links are followed. What is not there yet leads nowhere. */
export function leadsInto(root: string, file: string): boolean {
  const [home, target] = [realPath(root), realPath(file)]
  return home === null || target === null || storedWithin(home, target) !== null
}

function realPath(file: string): string | null {
  try {
    return realpathSync(file)
  } catch {
    return null
  }
}
