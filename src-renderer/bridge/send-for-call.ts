import { AppError } from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import { desktopBridge } from './desktop.ts'
import { uploadFile } from './upload.ts'

/** A file, with its path from the folder that was taken, that folder first; empty for a file by itself. */
interface SentFile {
  readonly file: File
  readonly within: string
}

/**
 * Makes files readable for one call. Over the web they are sent, and removed after the call; on the desktop their path is known.
 * @param onSent hears how many bytes of all are on their way
 * @returns what names them in the call
 * @throws AppError `file.unreadable` on the desktop, for several files and for one that is not on disk; as {@link uploadFile}
 */
export async function sendForCall(
  files: readonly SentFile[],
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string | { readonly upload: string }> {
  if (desktopBridge !== null) {
    const path = files[0] === undefined ? '' : desktopBridge.pathOf(files[0].file)
    const rule = files.length > 1 ? 'rule.oneFileOrFolder' : path === '' ? 'rule.onDisk' : null
    if (rule === null) return path
    throw new AppError('file.unreadable', { path: files[0]?.file.name ?? '', reason: msg(rule) })
  }
  const upload = crypto.randomUUID()
  let doneBytes = 0
  for (const { file, within } of files) {
    const target = `${upload}/${within || file.name}`
    await uploadFile(file, target, sent => onSent(doneBytes + sent), signal, true)
    doneBytes += file.size
  }
  return { upload }
}
