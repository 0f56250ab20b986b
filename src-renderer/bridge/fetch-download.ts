import type { Download } from '../../src-main/features/api/common/download.ts'
import { saveAs } from '../composables/download-file.ts'
import { call } from './call.ts'
import { desktopBridge } from './desktop.ts'

/** Gives a person a file that the back end has made: the browser fetches it by itself, the desktop page part by part. */
export async function fetchDownload({ id, fileName, mediaType }: Download): Promise<void> {
  if (desktopBridge === null) {
    saveAs(`/api/download/${id}`, fileName)
    return
  }
  const parts: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (;;) {
    const { content, isLast } = await call('file.read', { id, offset })
    const part = Uint8Array.from(atob(content), character => character.charCodeAt(0))
    parts.push(part)
    offset += part.length
    if (isLast) break
  }
  const url = URL.createObjectURL(new Blob(parts, { type: mediaType }))
  saveAs(url, fileName)
  // The browser has taken the content by the next turn.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 1_000)
}
