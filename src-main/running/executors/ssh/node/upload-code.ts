import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import path from 'node:path'
import { isAppError } from '../../../../core/errors/errors.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { UserCode } from '../../../../core/study/user-code.ts'
import { EXIT_ABANDONED } from '../../../../platform/ssh/connection.ts'
import { codeHash, portableCode, type PortableCode } from '../../portable-code.ts'
import { uploadOnce } from './uploaded-folders.ts'
import type { RemoteMachine } from './remote-machine.ts'

/**
 * Brings trusted code to a machine, once for each content.
 * @returns on the machine: its folder, and where in it the program runs
 * @throws AppError `machine.*`, `data.invalid`
 */
export async function uploadCode(
  machine: RemoteMachine,
  code: UserCode,
  studyDirectory: string,
): Promise<{ readonly folder: string; readonly directory: string }> {
  const portable = portableCode(code, studyDirectory)
  const { files, working } = portable
  const hash = codeHash(portable)
  const folder = path.posix.join(await machine.reach(), 'code', hash)
  await uploadOnce(machine, folder, async () => uploadFiles(machine, folder, { files, working }))
  return { folder, directory: path.posix.join(folder, working) }
}

/** A folder to upload: its files, folders and links. */
interface PortableFolder extends PortableCode {
  /** With `/`; those of files are made in any case. */
  readonly folders?: readonly string[]
  /** By their names. */
  readonly links?: readonly { readonly name: string; readonly link: string }[]
}

/** What a sender that was killed has left is removed by a later one, when nothing has come into it for a week. */
export async function uploadFiles(
  machine: Pick<RemoteMachine, 'order'>,
  folder: string,
  { files, working, folders = [], links = [] }: PortableFolder,
): Promise<void> {
  // Of this sender alone: another one may bring the same content at the same time.
  const name = `${path.posix.basename(folder)}.${randomUUID()}`
  const partPrefix = quote(path.posix.join(path.posix.dirname(folder), name))
  const part = path.posix.join(path.posix.dirname(folder), `${name}.coming`)
  // Where another sender came first, ours is left, maybe moved into what is there.
  const tidy = `rm -rf ${quote(part)} ${partPrefix}.*.coming ${quote(path.posix.join(folder, `${name}.coming`))}`
  try {
    await machine.order(
      `find ${quote(folder)}.*.coming -prune -mtime +7 -exec rm -rf {} + 2> /dev/null; :`,
    )
    for (const file of files) {
      const target = path.posix.join(part, file.relativePath)
      const { size: bytes } = statSync(file.path)
      // Of this shell alone: one that was cut off may still write when the same is asked again.
      const script = `umask 077; written=${partPrefix}."$$".coming
{ mkdir -p ${quote(path.posix.dirname(target))} && head -c ${bytes} > "$written" &&
[ "$(wc -c < "$written")" -eq ${bytes} ] && chmod ${file.isProgram ? '700' : '600'} "$written" &&
mv "$written" ${quote(target)}; } 2>&1 || { rm -f "$written"; exit ${EXIT_ABANDONED}; }`
      await machine.order(script, { path: file.path, bytes, sha256: file.sha256 })
    }
    const inner = [working, ...folders]
      .map(inPart => quote(path.posix.join(part, inPart)))
      .join(' ')
    const linked = links
      .map(({ name, link }) => `ln -s -- ${quote(link)} ${quote(path.posix.join(part, name))} &&`)
      .join(' ')
    await machine.order(`exec 2>&1; umask 077
[ -d ${quote(folder)} ] || { mkdir -p ${inner} && ${linked} touch ${quote(part)} && mv ${quote(part)} ${quote(folder)}; }
${tidy}; [ -d ${quote(folder)} ]`)
  } catch (error) {
    // One that does not answer would be waited for once more.
    if (!isAppError(error, 'machine.lost')) await machine.order(tidy).catch(() => undefined)
    throw error
  }
}
