import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import type { UserCode } from '../../core/study/user-code.ts'
import { isBelow } from '../../platform/files/own-path.ts'

interface PortableFile {
  readonly path: string
  readonly sha256: string
  /** With `/`, below the folder of the study. */
  readonly relativePath: string
  readonly isProgram: boolean
}

/** Files of trusted code as they lie below a folder, without links. @throws AppError `data.invalid` for one that lies elsewhere */
function portableFiles(code: UserCode, root: string): PortableFile[] {
  const programs = new Set(code.programs.map(({ file }) => file))
  return code.files.flatMap(({ path: file, sha256 }) => {
    // A program that is installed here is looked for on the machine by its name.
    if (programs.has(file) && !isBelow(root, file)) return []
    const isProgram = (statSync(file).mode & 0o100) !== 0
    return [
      {
        path: file,
        sha256,
        relativePath: relativePathBelow(root, file, 'objective.files'),
        isProgram,
      },
    ]
  })
}

/** With `/`. @throws AppError `data.invalid` */
function relativePathBelow(root: string, file: string, field: string): string {
  if (isBelow(root, file)) return path.relative(root, file).split(path.sep).join('/')
  const rule = msg('rule.belowStudy', { folder: root })
  throw new AppError('data.invalid', { path: file, field, value: file, rule })
}

/** Trusted code as it lies below the folder of its study, wherever that is. */
export interface PortableCode {
  readonly files: readonly PortableFile[]
  /** Where the program runs, with `/`. */
  readonly working: string
}

/** @throws AppError `data.invalid` for a file that lies elsewhere */
export function portableCode(code: UserCode, studyDirectory: string): PortableCode {
  const root = realpathSync(studyDirectory)
  const working = relativePathBelow(root, code.directory, 'objective.directory')
  return { files: portableFiles(code, root), working }
}

/** The same for the same content, whatever machine it lies on. */
export function codeHash({ files, working }: PortableCode): string {
  const content = files.map(({ relativePath, sha256, isProgram }) => [
    relativePath,
    sha256,
    isProgram,
  ])
  return createHash('sha256')
    .update(JSON.stringify([working, content]))
    .digest('hex')
}
