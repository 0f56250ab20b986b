import { readFileSync, writeSync } from 'node:fs'
import process from 'node:process'
import { TrialThereRun } from '../trainer/attempts/trial-there.ts'
import { endedThereText, type TrialThere } from '../contract/trial-there.ts'
import { replaceFileSync } from '../platform/files/temporary.ts'
import { unpack } from '../queue/packed.ts'
import { keptOutput } from '../platform/user-code/attempt-log.ts'

/** Entry of a trial on another machine: `node trial-there.ts FILE`. Its output is that of a program. */
const trial = unpack(readFileSync(process.argv[2] ?? '', 'utf8')) as TrialThere
const run = new TrialThereRun(trial, line => writeSync(1, `${line}\n`))
const { userTrial } = trial.start
// What code of the user prints is kept in a log there; it follows as errors, also where that code ends the process.
process.on('exit', () => {
  if (userTrial === undefined) return
  writeSync(2, keptOutput(userTrial.directory, userTrial.attempt)?.text ?? '')
})
process.on('SIGTERM', () => run.cancel())
replaceFileSync(trial.outcomeFile, endedThereText(await run.run()))
process.exit(0)
