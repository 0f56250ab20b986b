import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/** The first day that the format knows, in local time as the format keeps it: the same content gives the same bytes. */
const firstDay = new Date(1980, 0, 1)

/**
 * A ZIP archive.
 * @param files name to content; names are relative, with `/`
 */
export async function buildZip(files: ReadonlyMap<string, string | Buffer>): Promise<Buffer> {
  const archive = new ZipFile()
  for (const [name, content] of files) {
    archive.addBuffer(Buffer.from(content), name, { mtime: firstDay, forceDosTimestamp: true })
  }
  archive.end()
  return buffer(archive.outputStream)
}
