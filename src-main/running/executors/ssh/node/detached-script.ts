import { randomUUID } from 'node:crypto'
import { AppError, isAppError } from '../../../../core/errors/errors.ts'
import { msg, verbatim } from '../../../../core/errors/message.ts'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { RemoteMachine } from './remote-machine.ts'

/** What orders are given to. */
export type Orders = Pick<RemoteMachine, 'name' | 'order'>

/**
 * Runs a script that may take longer than an order: it works on without its connection, and is asked for its end. Begun once, however
 * often its beginning is asked for.
 * @param folder on the machine, in which it runs and leaves nothing
 * @returns its output, without what it said as errors; null where the folder is gone
 * @throws AppError `machine.lost`, `machine.refused` with what it said
 */
export async function runDetachedScript(
  machine: Orders,
  folder: string,
  script: string,
): Promise<Buffer | null> {
  const outputFolder = `detached.${randomUUID()}`
  const beginScript = `cd ${quote(folder)} 2> /dev/null || exit 0
umask 077; mkdir ${outputFolder} 2> /dev/null || exit 0
{ ( ${script}
) > ${outputFolder}/output 2> ${outputFolder}/errors < /dev/null; echo "$?" > ${outputFolder}/code.new; mv ${outputFolder}/code.new ${outputFolder}/code; } > /dev/null 2>&1 < /dev/null &
echo "$!" > ${outputFolder}/pid`
  const askScript = `cd ${quote(folder)} 2> /dev/null || { echo gone; exit 0; }
n=20
while [ "$n" -gt 0 ] && [ ! -f ${outputFolder}/code ]; do n=$((n - 1)); tw_nap; done
if [ -f ${outputFolder}/code ]; then read -r code < ${outputFolder}/code; echo "$code"; [ "$code" = 0 ] || cat ${outputFolder}/errors; cat ${outputFolder}/output
elif kill -0 "$(cat ${outputFolder}/pid)" 2> /dev/null || [ -f ${outputFolder}/code ]; then echo busy
else echo broken; fi`
  let isLost = false
  try {
    await machine.order(beginScript)
    for (;;) {
      const answer = await machine.order(askScript)
      const end = answer.indexOf('\n')
      const status = answer.subarray(0, end).toString()
      if (status === 'busy') continue
      if (status === 'gone') return null
      const output = answer.subarray(end + 1)
      if (status === '0') return output
      const text = output.toString().trim()
      const reason = text === '' ? msg('failure.connectionCut') : verbatim(text.slice(0, 2_000))
      throw new AppError('machine.refused', { machine: machine.name, reason })
    }
  } catch (error) {
    isLost = isAppError(error, 'machine.lost')
    throw error
  } finally {
    // One that does not answer would be waited for once more.
    if (!isLost)
      await machine.order(`rm -rf ${quote(folder)}/${outputFolder}`).catch(() => undefined)
  }
}
