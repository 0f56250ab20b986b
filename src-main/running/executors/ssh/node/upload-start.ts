import type { Stats } from 'node:fs'
import { readdir, lstat, readlink } from 'node:fs/promises'
import path from 'node:path'
import type { SavedCheckpoint } from '../../../../core/trial/checkpoint.ts'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { folderHash, type FolderPart, innerFolder } from '../../../../platform/files/folder-hash.ts'
import { hashFile } from '../../../../platform/files/hash-file.ts'
import { uploadFiles } from './upload-code.ts'
import { checkpointsFolder, uploadOnce } from './uploaded-folders.ts'
import type { RemoteMachine } from './remote-machine.ts'

const fileName = 'checkpoint'

/**
 * @throws AppError `file.notFound`, `data.invalid` for a checkpoint that is gone or was changed
 */
export async function requireCheckpoint({ path: file, sha256 }: SavedCheckpoint): Promise<void> {
  const hash = await hashFile(file).catch((error: unknown) => {
    throw new AppError('file.notFound', { path: file, field: 'checkpoint' }, error)
  })
  if (hash === sha256) return
  const rule = msg('rule.hash', { hash: sha256 })
  throw new AppError('data.invalid', { path: file, field: 'sha256', value: hash, rule })
}

/** Brings the checkpoint of a training, once for each content. @returns where it lies on the machine @throws AppError `machine.*` */
export async function uploadCheckpoint(
  machine: RemoteMachine,
  { path: file, sha256 }: SavedCheckpoint,
): Promise<string> {
  const folder = path.posix.join(await machine.reach(), checkpointsFolder, sha256)
  const files = [{ path: file, sha256, relativePath: fileName, isProgram: false }]
  await uploadOnce(machine, folder, async () =>
    uploadFiles(machine, folder, { files, working: '' }),
  )
  return path.posix.join(folder, fileName)
}

/**
 * Brings the folder that code of the user goes on from, once for each content.
 * @returns where it lies on the machine; null for one with nothing in it
 * @throws AppError `machine.*`, `data.invalid` for what is no file, folder or link; as the file system does
 */
export async function uploadState(machine: RemoteMachine, state: string): Promise<string | null> {
  const files: { path: string; sha256: string; relativePath: string; isProgram: boolean }[] = []
  const folders: string[] = []
  const links: { name: string; link: string }[] = []
  const parts = new Map<string, FolderPart>()
  for await (const { name, stats } of entriesOf(state, '')) {
    const entryPath = path.join(state, name)
    if (stats.isDirectory()) {
      folders.push(name)
      parts.set(`${name}/`, innerFolder)
    } else if (stats.isSymbolicLink()) {
      const link = await readlink(entryPath)
      links.push({ name, link })
      parts.set(`${name}@`, { sha256: link, bytes: 0 })
    } else if (!stats.isFile()) {
      const rule = msg('rule.fileOrFolder')
      throw new AppError('data.invalid', { path: state, field: name, value: null, rule })
    } else {
      const sha256 = await hashFile(entryPath)
      const isProgram = (stats.mode & 0o100) !== 0
      files.push({ path: entryPath, sha256, relativePath: name, isProgram })
      parts.set(name, { sha256, bytes: stats.size })
    }
  }
  if (parts.size === 0) return null
  const folder = path.posix.join(await machine.reach(), checkpointsFolder, folderHash(parts))
  const folderContents = { files, working: '', folders, links }
  await uploadOnce(machine, folder, async () => uploadFiles(machine, folder, folderContents))
  return folder
}

/** Everything in a folder, but nothing behind links: Node's own recursion goes through those to folders. @param inner with `/` */
async function* entriesOf(
  folder: string,
  inner: string,
): AsyncGenerator<{ readonly name: string; readonly stats: Stats }> {
  for (const entry of (await readdir(path.join(folder, inner))).sort()) {
    const name = path.posix.join(inner, entry)
    const stats = await lstat(path.join(folder, name))
    yield { name, stats }
    if (stats.isDirectory()) yield* entriesOf(folder, name)
  }
}
