import { AppError } from '../../src-main/core/errors/errors.ts'
import { verbatim } from '../../src-main/core/errors/message.ts'
import { sessionHeaders } from './session-key.ts'

/**
 * Sends a file to the web host, which keeps it beside the database.
 * @param target its path under the folder of uploads
 * @param isForCall whether it is used by one call alone, and removed afterwards
 * @param onSent hears how many bytes are on their way
 * @returns its absolute path @throws AppError `file.unwritable`, `child.gone`
 */
export async function uploadFile(
  file: File,
  target: string,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
  isForCall = false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // Fetch does not say how much is sent.
    const request = new XMLHttpRequest()
    request.open(
      'POST',
      `/api/upload?path=${encodeURIComponent(target)}${isForCall ? '&for=call' : ''}`,
    )
    for (const [name, value] of Object.entries(sessionHeaders()))
      request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => {
      onSent(loaded)
    }
    request.onload = () => {
      if (request.status === 200) {
        const { path } = JSON.parse(request.responseText) as { readonly path: string }
        resolve(path)
      } else {
        const reason = verbatim(request.responseText || `${request.status} ${request.statusText}`)
        reject(new AppError('file.unwritable', { path: target, reason }))
      }
    }
    request.onerror = () => {
      const reason = verbatim(request.statusText || 'network')
      reject(new AppError('child.gone', { child: 'back end', reason }))
    }
    request.onabort = () => {
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', () => {
      request.abort()
    })
    request.send(file)
  })
}
