import type { ExportedFile } from '../../src-main/features/api/common/exported-file.ts'

/** Offers a file as a download. */
export function downloadFile({ fileName, mediaType, content, encoding }: ExportedFile): void {
  const bytes = encoding === 'text' ? content : Uint8Array.from(atob(content), toByte)
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser has taken the content by the next turn.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 1_000)
}

function toByte(character: string): number {
  return character.charCodeAt(0)
}
