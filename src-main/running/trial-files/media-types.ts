import { ownValue } from '../../core/values/named-values.ts'
import path from 'node:path'
import type { ListedFile } from '../../analysis/summary/list-files.ts'

/** Of files that a page may show as they are, since the ingest process has decoded them; by the ending that it gave them. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.wav': 'audio/wav',
}

/** Whatever else it is, nothing runs it. */
export function mediaTypeOf({ path: file, media }: Pick<ListedFile, 'path' | 'media'>): string {
  const isShown = media.type === 'image' || media.type === 'audio'
  return (
    (isShown ? ownValue(mediaTypes, path.extname(file)) : undefined) ?? 'application/octet-stream'
  )
}
