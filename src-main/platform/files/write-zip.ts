import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** The same files give the same archive. */
const options = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compress: true } as const

/**
 * Writes files into a new ZIP archive, one after the other, without holding them in memory.
 * @throws what the file system says
 */
export async function writeZip(
  target: string,
  entries: readonly { readonly name: string; readonly file: string }[],
): Promise<void> {
  const archive = new ZipFile()
  const output = archive.outputStream as NodeJS.ReadableStream & { destroy(error: Error): void }
  archive.on('error', (error: Error) => {
    output.destroy(error)
  })
  for (const { name, file } of entries) archive.addFile(file, name, options)
  archive.end()
  await pipeline(output, createWriteStream(target, { flags: 'wx' }))
}
