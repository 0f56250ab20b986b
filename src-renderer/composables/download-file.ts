import type { ExportedFile } from '../../src-main/features/api/common/exported-file.ts'

/** Offers a file as a download. */
export function downloadFile({ fileName, mediaType, content, encoding }: ExportedFile): void {
  const bytes = encoding === 'text' ? content : Uint8Array.from(atob(content), toByte)
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }))
  saveAs(url, fileName)
  // The browser has taken the content by the next turn.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 1_000)
}

/** Lets the browser save what an address of this page has. */
export function saveAs(address: string, fileName: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
}

function toByte(character: string): number {
  return character.charCodeAt(0)
}
