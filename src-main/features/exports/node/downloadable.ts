import { AppError } from '../../../core/errors/errors.ts'

/** The largest file that travels to a page as an answer. */
const LARGEST_DOWNLOAD_BYTES = 128 * 1024 * 1024

/** @param command writes the same file without a page @throws AppError `file.tooLarge` */
export function requireDownloadable(bytes: number, command: string): void {
  if (bytes <= LARGEST_DOWNLOAD_BYTES) return
  throw new AppError('file.tooLarge', { bytes, limit: LARGEST_DOWNLOAD_BYTES, command })
}
