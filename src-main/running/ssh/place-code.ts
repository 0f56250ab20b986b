import { statSync } from 'node:fs'
import path from 'node:path'
import { quote } from '../../contract/shell-quote.ts'
import type { UserCode } from '../../contract/user-code.ts'
import { GIVE_UP } from '../../ssh/connection.ts'
import { codeHash, travellingCode, type TravellingCode } from '../travelling-code.ts'
import type { RemoteMachine } from './remote-machine.ts'

/** Of each machine, by the folder over there: several trials that begin at once wait for one copy. */
const coming = new WeakMap<RemoteMachine, Map<string, Promise<void>>>()

/** Brings a folder that is named by its content, unless it is there. @param bring makes it whole, or not at all */
export async function placeOnce(
  machine: RemoteMachine,
  folder: string,
  bring: () => Promise<void>,
): Promise<void> {
  const own = coming.get(machine) ?? new Map<string, Promise<void>>()
  coming.set(machine, own)
  const arrival =
    own.get(folder) ??
    (async () => {
      const there = await machine.order(`[ -d ${quote(folder)} ] && echo there; :`)
      if (there.toString().trim() !== 'there') await bring()
    })().finally(() => own.delete(folder))
  own.set(folder, arrival)
  await arrival
}

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
  const travelling = travellingCode(code, studyDirectory)
  const { files, working } = travelling
  const hash = codeHash(travelling)
  const folder = path.posix.join(await machine.reach(), 'code', hash)
  await placeOnce(machine, folder, async () => bringFiles(machine, folder, { files, working }))
  return path.posix.join(folder, working)
}

export async function bringFiles(
  machine: RemoteMachine,
  folder: string,
  { files, working }: TravellingCode,
): Promise<void> {
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
