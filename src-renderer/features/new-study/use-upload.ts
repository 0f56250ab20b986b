import { onBeforeUnmount, shallowRef } from 'vue'
import type { DesktopBridge } from '../../../src-main/features/desktop/common/desktop.ts'
import { AppError } from '../../../src-main/core/errors/errors.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { desktopBridge } from '../../bridge/desktop.ts'
import { uploadFile } from '../../bridge/upload.ts'
import type { TakenFile } from '../../composables/read-dropped-files.ts'

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

  /**
   * On the desktop nothing has to be sent: the path of the file or folder is known.
   * @returns the path of the file, or of the folder that several lie in; null if it was canceled
   * @throws AppError `file.unreadable` on the desktop, for several files and for one that is not on disk
   */
  async function send(files: readonly TakenFile[]): Promise<string | null> {
    const [first] = files
    if (first === undefined) return null
    if (desktopBridge !== null) return pathOnDesktop(files, first.file, desktopBridge)
    ending.abort()
    ending = new AbortController()
    const { signal } = ending
    const batch = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-${crypto.randomUUID().slice(0, 4)}`
    const isFolder = files.length > 1 || first.within !== ''
    // Several things that were dropped at once lie in one folder.
    const tops = new Set(files.map(({ within }) => within.split('/')[0] ?? ''))
    const top = tops.size === 1 ? first.within.split('/')[0] : ''
    const folder = top || 'files'
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0)
    const showProgress = (sentBytes: number): void => {
      progress.value = {
        name: isFolder ? folder : first.file.name,
        sentBytes,
        bytes,
        count: files.length,
      }
    }
    showProgress(0)
    let doneBytes = 0
    let path = ''
    try {
      for (const { file, within } of files) {
        const named = within || file.name
        const relative = isFolder && top === '' ? `files/${named}` : named
        const at = await uploadFile(
          file,
          `${batch}/${relative}`,
          sent => showProgress(doneBytes + sent),
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

function pathOnDesktop(files: readonly TakenFile[], first: File, bridge: DesktopBridge): string {
  const path = bridge.pathOf(first)
  const rule = files.length > 1 ? 'rule.oneFileOrFolder' : path === '' ? 'rule.onDisk' : null
  if (rule === null) return path
  throw new AppError('file.unreadable', { path: first.name, reason: msg(rule) })
}
