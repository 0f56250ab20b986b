import { AppError } from '../../core/errors/errors.ts'
import type { Machine } from '../../core/machine/machines.ts'
import { verbatim } from '../../core/errors/message.ts'
import { quote } from '../../core/values/shell-quote.ts'
import type { Connection } from './connection.ts'

/** Makes the folder for our files on the machine. @returns where it is @throws AppError `machine.unreachable`, `machine.refused` */
export async function openWorkspace(
  { name, workspace }: Machine,
  connection: Connection,
): Promise<string> {
  const word = workspace.startsWith('~/')
    ? `"$HOME"/${quote(workspace.slice(2))}`
    : quote(workspace)
  const { code, output } = await connection.ask(
    `exec 2>&1; umask 077; w=${word}; mkdir -p "$w/jobs" "$w/code" && cd "$w" && pwd -P`,
  )
  const printed = output.toString().trim()
  if (code !== 0)
    throw new AppError('machine.refused', { machine: name, reason: verbatim(printed) })
  return printed
}
