import { rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../../../src-main/core/study/study-specification.ts'
import { endOrphanedJobs } from '../../../../../src-main/running/executors/end-orphaned-jobs.ts'
import { remoteJobRecords } from '../../../../../src-main/running/executors/ssh/node/remote-job.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'
import { sshCampaign } from '../../../../helpers/ssh-campaign.ts'
import { SshBench } from '../../../../helpers/ssh-bench.ts'
import { sshMissing } from '../../../../helpers/ssh-machine.ts'
import { processesWith, until, UserCodeBench } from '../../../../helpers/user-code-study.ts'

const missing = sshMissing()
if (missing !== null) console.warn(`jobs over SSH are not tested: ${missing}`)
const scratch = useScratchFolders()
const ssh = new SshBench()

/** Notes each of its starts, then goes on as long as the file `hold` is there. */
const program = `echo "$TUNEWRIGHT_TRIAL" >> "$PROJECT/starts"
echo "{\\"step\\": 1, \\"loss\\": $TUNEWRIGHT_PARAM_x}"
while [ -e "$PROJECT/hold" ]; do sleep 0.05; done
`

function bench(): UserCodeBench {
  const user = ssh.user()
  user.write('train.sh', program)
  return user
}

const study = (project: string): StudySpecificationInput => ({
  name: 'machines',
  objective: { command: ['sh', 'train.sh'], environment: { PROJECT: project }, graceSeconds: 1 },
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { x: { int: [1, 9] } },
  stop: { trials: 4 },
  parallelTrials: 2,
  seed: 5,
  executor: { ssh: { machines: [{ host: 'one', slots: 2 }], lostAfterSeconds: 20 } },
})

describe.skipIf(missing !== null)('jobs on machines', { timeout: 300_000 }, () => {
  ssh.start()

  it('ends the jobs of a stopped study that is deleted; if it comes back, their trials begin again', async () => {
    const user = bench()
    user.write('hold', '')
    const id = await user.create(study(user.folder))
    await user.runUntil(id, () => user.starts().length === 2, 'two jobs that run')
    expect(ssh.machine.jobs()).toHaveLength(2)
    const running = (): number[] => processesWith(`PROJECT=${user.folder}\0`)
    expect(running().length).toBeGreaterThan(0)
    await endOrphanedJobs(user.read(id).study, user.workspace)
    await until(() => running().length === 0, 'end of the programs')
    expect(ssh.machine.jobs()).toEqual([])
    rmSync(path.join(user.folder, 'hold'))
    await user.run(id)
    const { trials } = user.read(id)
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
    expect(user.starts()).toHaveLength(6)
    // Of what has ended no note is left that a deletion would have to go through.
    const noteOf = (number: number): unknown =>
      remoteJobRecords.read(user.workspace.artifactDirectory(id, number))
    expect(trials.map(({ number }) => noteOf(number))).toEqual([null, null, null, null])
  })

  it('loses and repeats nothing while machines break', async () => {
    const plan = { trials: 24, troubles: 5, lostAfterSeconds: 2, oneByOne: 6 }
    const { begunAgain, lostAttempts, fullAttempts, ...others } = await sshCampaign(scratch(), plan)
    const { complete, twice, different, differentOneByOne } = others
    expect({ complete, twice, different, differentOneByOne }).toEqual({
      complete: 24,
      twice: 0,
      different: 0,
      differentOneByOne: 0,
    })
    expect(begunAgain).toBeLessThanOrEqual(lostAttempts + fullAttempts)
    expect(others.troubles).toMatchObject({ cut: 1, sshd: 1, freeze: 1 })
    if (others.hasNetworks) expect(others.troubles).toMatchObject({ cable: 1 })
  })
})
