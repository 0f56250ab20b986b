import { onBeforeUnmount, shallowRef } from 'vue'
import { uploadFile } from '../../bridge/upload.ts'

/** How far files are that are being sent. */
export interface UploadProgress {
  readonly name: string
  readonly sentBytes: number
  readonly bytes: number
  readonly count: number
}

/** Sends files, or a folder of them, to where the back end can read them. */
export function useUpload() {
  const progress = shallowRef<UploadProgress | null>(null)
  let ending = new AbortController()

  /** @returns the path of the file, or of the folder that several lie in; null if it was cancelled */
  async function send(files: readonly File[]): Promise<string | null> {
    const [first] = files
    if (first === undefined) return null
    ending.abort()
    ending = new AbortController()
    const { signal } = ending
    const batch = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-${crypto.randomUUID().slice(0, 4)}`
    const isFolder = files.length > 1 || first.webkitRelativePath !== ''
    const folder = first.webkitRelativePath.split('/')[0] || 'files'
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    const tell = (sentBytes: number): void => {
      progress.value = {
        name: isFolder ? folder : first.name,
        sentBytes,
        bytes,
        count: files.length,
      }
    }
    tell(0)
    let doneBytes = 0
    let path = ''
    try {
      for (const file of files) {
        const relative = file.webkitRelativePath || (isFolder ? `files/${file.name}` : file.name)
        const at = await uploadFile(
          file,
          `${batch}/${relative}`,
          sent => tell(doneBytes + sent),
          signal,
        )
        doneBytes += file.size
        path = isFolder ? at.slice(0, -(relative.length - folder.length)) : at
      }
      return path
    } catch (error) {
      if (signal.aborted) return null
      throw error
    } finally {
      if (ending.signal === signal) progress.value = null
    }
  }

  function cancel(): void {
    ending.abort()
    progress.value = null
  }

  onBeforeUnmount(cancel)
  return { progress, send, cancel }
}
