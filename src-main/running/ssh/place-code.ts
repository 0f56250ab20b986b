import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { fact } from '../../contract/fact.ts'
import { quote } from '../../contract/shell-quote.ts'
import type { UserCode } from '../../contract/user-code.ts'
import { isBelow } from '../../files/own-path.ts'
import { GIVE_UP } from '../../ssh/connection.ts'
import type { RemoteMachine } from './remote-machine.ts'

interface Travelling {
  readonly path: string
  readonly sha256: string
  /** With `/`, below the folder of the study. */
  readonly place: string
  readonly isProgram: boolean
}

/** Files of trusted code as they lie below a folder, without links. @throws AppError `data.invalid` for one that lies elsewhere */
function travellingFiles(code: UserCode, root: string): Travelling[] {
  const programs = new Set(code.programs.map(({ file }) => file))
  return code.files.flatMap(({ path: file, sha256 }) => {
    // A program that is installed here is looked for over there by its name.
    if (programs.has(file) && !isBelow(root, file)) return []
    const isProgram = (statSync(file).mode & 0o100) !== 0
    return [{ path: file, sha256, place: placeBelow(root, file, 'objective.files'), isProgram }]
  })
}

/** With `/`. @throws AppError `data.invalid` */
function placeBelow(root: string, file: string, field: string): string {
  if (isBelow(root, file)) return path.relative(root, file).split(path.sep).join('/')
  const rule = fact('rule.belowStudy', { folder: root })
  throw new AppError('data.invalid', { path: file, field, value: file, rule })
}

/** Of each machine, by the folder over there: several trials that begin at once wait for one copy. */
const coming = new WeakMap<RemoteMachine, Map<string, Promise<void>>>()

/**
 * Brings trusted code to a machine, once for each content.
 * @returns the folder over there where the program runs
 * @throws AppError `machine.*`, `data.invalid`
 */
export async function placeCode(
  machine: RemoteMachine,
  code: UserCode,
  studyDirectory: string,
): Promise<string> {
  const root = realpathSync(studyDirectory)
  const files = travellingFiles(code, root)
  const working = placeBelow(root, code.directory, 'objective.directory')
  const content = files.map(({ place, sha256, isProgram }) => [place, sha256, isProgram])
  const hash = createHash('sha256')
    .update(JSON.stringify([working, content]))
    .digest('hex')
  const folder = path.posix.join(await machine.reach(), 'code', hash)
  const own = coming.get(machine) ?? new Map<string, Promise<void>>()
  coming.set(machine, own)
  const arrival =
    own.get(folder) ?? bring(machine, folder, { files, working }).finally(() => own.delete(folder))
  own.set(folder, arrival)
  await arrival
  return path.posix.join(folder, working)
}

async function bring(
  machine: RemoteMachine,
  folder: string,
  { files, working }: { readonly files: readonly Travelling[]; readonly working: string },
): Promise<void> {
  const there = await machine.order(`[ -d ${quote(folder)} ] && echo there; :`)
  if (there.toString().trim() === 'there') return
  // The same name for whoever brings the same content: who is cut off goes on, who is second writes the same.
  const part = `${folder}.coming`
  for (const file of files) {
    const target = path.posix.join(part, file.place)
    const { size: bytes } = statSync(file.path)
    const written = `${target}.coming`
    const script = `{ mkdir -p ${quote(path.posix.dirname(target))} && head -c ${bytes} > ${quote(written)} &&
[ "$(wc -c < ${quote(written)})" -eq ${bytes} ] && chmod ${file.isProgram ? '700' : '600'} ${quote(written)} &&
mv ${quote(written)} ${quote(target)}; } 2>&1 || exit ${GIVE_UP}`
    await machine.order(script, { path: file.path, bytes, sha256: file.sha256 })
  }
  await machine.order(
    `exec 2>&1; mkdir -p ${quote(path.posix.join(part, working))}; [ -d ${quote(folder)} ] || mv ${quote(part)} ${quote(folder)}`,
  )
}
