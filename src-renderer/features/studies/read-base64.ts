import { msg } from '../../../src-main/core/errors/message.ts'
import { AppError } from '../../../src-main/core/errors/errors.ts'
import { LARGEST_IMPORT_BYTES } from '../../../src-main/core/study/import.ts'

const CHUNK_BYTES = 0x8000

/** A file that a person chose, as it travels in a call. @throws AppError `data.invalid` if it is too large */
export async function readBase64(file: File): Promise<{ name: string; base64: string }> {
  if (file.size > LARGEST_IMPORT_BYTES) {
    const rule = msg('rule.import.tooLarge', { limit: LARGEST_IMPORT_BYTES })
    throw new AppError('data.invalid', { path: file.name, field: 'file', value: file.size, rule })
  }
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES))
  }
  return { name: file.name.slice(0, 255), base64: btoa(text) }
}
