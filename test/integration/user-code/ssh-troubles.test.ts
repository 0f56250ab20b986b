import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/contract/study-specification.ts'
import { endLeftJobs } from '../../../src-main/running/end-left-jobs.ts'
import { remoteRecords } from '../../../src-main/running/ssh/remote-job.ts'
import type { StudyRunner } from '../../../src-main/running/study-runner.ts'
import { MachineFile } from '../../../src-main/ssh/machine-file.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { sshCampaign } from '../../helpers/ssh-campaign.ts'
import { SshMachine, sshMissing } from '../../helpers/ssh-machine.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const missing = sshMissing()
if (missing !== null) console.warn(`jobs over SSH are not tested: ${missing}`)
const scratch = useScratchFolders()
let folder = ''
let machine: SshMachine

/** Notes each of its starts, then goes on as long as the file `hold` is there. */
const program = `echo "$TUNEWRIGHT_TRIAL" >> "$PROJECT/starts"
echo "{\\"step\\": 1, \\"loss\\": $TUNEWRIGHT_PARAM_x}"
while [ -e "$PROJECT/hold" ]; do sleep 0.05; done
`

function bench(): UserCodeBench {
  const made = new UserCodeBench(scratch())
  const user = Object.assign(made, {
    workspace: { ...made.workspace, machineFile: path.join(made.folder, 'machines.json') },
  })
  new MachineFile(user.workspace.machineFile).add(machine.machine)
  user.write('train.sh', program)
  return user
}

const study = (project: string): StudySpecificationInput => ({
  name: 'machines',
  objective: { command: ['sh', 'train.sh'], environment: { PROJECT: project }, graceSeconds: 1 },
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { x: { int: [1, 9] } },
  ...{ stop: { trials: 4 }, slots: 2, seed: 5 },
  executor: { ssh: [{ host: 'one', slots: 2 }], lostAfterSeconds: 20 },
})

function starts(user: UserCodeBench): string[] {
  const file = path.join(user.folder, 'starts')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

/** Pids of processes that live and have a variable. */
function processesWith(variable: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => {
      try {
        const isDead = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z')
        return pid > 0 && isDead !== true && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(variable) // prettier-ignore
      } catch {
        return false
      }
    })
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + 120_000
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`no ${what} after two minutes`)
    await sleep(30)
  }
}

describe.skipIf(missing !== null)('jobs on machines', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-ssh-'))
    machine = await SshMachine.start(folder, 'one')
  })

  afterAll(() => {
    machine.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('ends the jobs of a stopped study that is deleted; if it comes back, their trials begin again', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study(user.folder))
    const runners: StudyRunner[] = []
    const run = user.run(id, { onRunner: runner => runners.push(runner) })
    await until(() => starts(user).length === 2, 'two jobs that run')
    runners[0]?.stop()
    await run
    expect(machine.jobs()).toHaveLength(2)
    const running = (): number[] => processesWith(`PROJECT=${user.folder}\0`)
    expect(running().length).toBeGreaterThan(0)
    await endLeftJobs(user.read(id).study, user.workspace)
    await until(() => running().length === 0, 'end of the programs')
    expect(machine.jobs()).toEqual([])
    rmSync(path.join(user.folder, 'hold'))
    await user.run(id)
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
    expect(starts(user)).toHaveLength(6)
    // Of what has ended no note is left that a deletion would have to go through.
    const noteOf = (number: number): unknown =>
      remoteRecords.read(user.workspace.artifactDirectory(id, number))
    expect(trials.map(({ number }) => noteOf(number))).toEqual([null, null, null, null])
  })

  it('loses and repeats nothing while machines break', async () => {
    const plan = { trials: 24, troubles: 4, lostAfterSeconds: 2, compares: false }
    const { complete, twice, begunAgain, lostAttempts, fullAttempts, ...others } =
      await sshCampaign(scratch(), plan)
    expect({ complete, twice }).toEqual({ complete: 24, twice: 0 })
    expect(begunAgain).toBeLessThanOrEqual(lostAttempts + fullAttempts)
    expect(others.troubles).toMatchObject({ cut: 1, sshd: 1, freeze: 1 })
    expect(others.study.trials.map(({ values }) => values)).toEqual(
      others.study.trials.map(({ parameters }) => [parameters['x']]),
    )
  })
})
