import { readFileSync, writeSync } from 'node:fs'
import process from 'node:process'
import { RemoteTrialRun } from '../trainer/attempts/remote-trial.ts'
import { remoteResultText, type RemoteTrial } from '../core/processes/remote-trial.ts'
import { replaceFileSync } from '../platform/files/temporary.ts'
import { unpack } from '../platform/processes/packed.ts'
import { storedOutput } from '../platform/user-code/attempt-log.ts'

/** Entry of a trial on another machine: `node remote-trial.ts FILE`. Its output is that of a program. */
const trial = unpack(readFileSync(process.argv[2] ?? '', 'utf8')) as RemoteTrial
const run = new RemoteTrialRun(trial, line => writeSync(1, `${line}\n`))
const { userTrial } = trial.start
// What code of the user prints is kept in a log there; it follows as errors, also where that code ends the process.
process.on('exit', () => {
  if (userTrial === undefined) return
  writeSync(2, storedOutput(userTrial.directory, userTrial.attempt)?.text ?? '')
})
process.on('SIGTERM', () => run.cancel())
replaceFileSync(trial.outcomeFile, remoteResultText(await run.run()))
process.exit(0)
