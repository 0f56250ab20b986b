import { statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Handlers } from '../../api/common/method.ts'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import type { UnpackLimits } from '../../../core/processes/import-protocol.ts'
import type { importedFileSchema, ImportRequest } from '../../../core/study/import.ts'
import type { z } from 'zod'
import type { FileGate } from '../../api/node/file-gate.ts'
import { importStudies } from './import-studies.ts'
import { readApart } from './foreign-reader.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import { sum } from '../../../math/numbers.ts'
import { keepUploads } from '../../optuna-storage/node/optuna-files.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { importMethods } from '../common/methods.ts'

/** A study of usual size; the disk is a person's. */
const LIMITS_OF_PROGRAMS: UnpackLimits = { bytes: 256_000_000, freeBytes: 2_000_000_000 }

/** Files of other programs that a face hands over. */
export function importHandlers({
  store,
  workspace,
  host,
  now,
  files,
  by,
}: MethodContext): Handlers<typeof importMethods> {
  const limits = by === undefined ? undefined : LIMITS_OF_PROGRAMS
  return {
    'import.describe': async ({ file, language }) =>
      withSource(file, files, async written => readApart().describe({ file: written, language })),
    'import.run': async ({ file, only, name, goals, artifacts }) =>
      withSource(file, files, async written => {
        const folder =
          artifacts === undefined ? null : requireFolder(files.require(artifacts), 'artifacts')
        const question = { file: written, only, name, goals, like: null, artifacts: folder }
        const read = await readApart().read({ ...question, language: 'en', atMs: now() })
        const studies = await importStudies({ store, now, limits, ...question }, read)
        try {
          if (folder !== null && read.kind === 'studies')
            await keepUploads({ store, workspace, now, folder }, studies, read.studies)
        } finally {
          // They are there, also where no room was left for their files.
          for (const { id } of studies) host.announce(id)
        }
        return studies.map(({ id, environment, ...study }) => {
          const { trials } = store.studyById(id)
          const count = sum(Object.values(trials))
          const notes = environment.importedFrom?.notes ?? []
          return { studyId: id, name: study.name, trials: count, notes }
        })
      }),
  }
}

/** @throws AppError `file.notFound` */
function requireFolder(folder: string, field: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder
  throw new AppError('file.notFound', { path: folder, field })
}

/** A folder of runs lies where the back end runs. */
async function withSource<Result>(
  source: ImportRequest['file'],
  files: FileGate,
  read: (file: string) => Promise<Result>,
): Promise<Result> {
  return 'folder' in source
    ? read(requireFolder(files.require(source.folder), 'folder'))
    : withFile(source, read)
}

/** The readers open files: what came through a call is one for as long as they need it. */
async function withFile<Result>(
  { name, base64 }: z.output<typeof importedFileSchema>,
  read: (file: string) => Promise<Result>,
): Promise<Result> {
  return inTemporaryFolder('import', async folder => {
    const file = path.join(folder, safeName(name))
    try {
      await writeFile(file, Buffer.from(base64, 'base64'))
      return await read(file)
    } catch (error) {
      throw named(error, file, name)
    }
  })
}

/** A person knows the file by its own name, not by where it lay for a moment. */
function named(error: unknown, file: string, name: string): unknown {
  if (!isAppError(error) || !('path' in error.detail)) return error
  const { path: errorPath = '' } = error.detail
  if (!errorPath.startsWith(file)) return error
  return new AppError(
    error.code,
    { ...error.detail, path: name + errorPath.slice(file.length) },
    error,
  )
}

/** The name is shown and its ending is read; it leads nowhere. */
function safeName(name: string): string {
  const base = name.replace(/[\p{Cc}\\/:*?"<>|]/gu, '_')
  return /^\.*$/.test(base) ? 'file' : base
}
