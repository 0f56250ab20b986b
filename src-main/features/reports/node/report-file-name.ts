import { isDeviceName } from '../../../platform/files/own-path.ts'

/** File systems allow 255 bytes; the rest is left for an ending and the name of a partial file. */
const MAXIMUM_BYTES = 180

/**
 * A study name as a file name on every system. A name that cannot stand as it is gets `~` and the study's id: no name that stands as it is
 * holds that character, so that two studies never overwrite each other's report.
 */
export function reportFileName(name: string, studyId: number): string {
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '')
  let short = ''
  for (const character of safe) {
    if (Buffer.byteLength(short + character) > MAXIMUM_BYTES) break
    short += character
  }
  if (short === name && !isDeviceName(name)) return name
  const named = `${short === '' ? 'study' : short}~${studyId}`
  return isDeviceName(named) ? `study-${named}` : named
}
