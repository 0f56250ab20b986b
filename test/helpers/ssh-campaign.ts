import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { MachineFile } from '../../src-main/platform/ssh/machine-file.ts'
import { MachineNetwork } from './machine-network.ts'
import { SshMachine } from './ssh-machine.ts'
import { UserCodeBench } from './user-code-study.ts'

export interface SshCampaignPlan {
  readonly trials: number
  /** How often connections are cut, sshd is killed, a machine stands still for too long, a disk is full. */
  readonly troubles: number
  /** Of the study: a frozen machine is lost after this. */
  readonly lostAfterSeconds: number
  /** Of a study with one slot, whose search looks at every value. */
  readonly oneByOne: number
  readonly note?: (text: string) => void
}

export interface SshCampaignResult {
  readonly study: StudySnapshot
  readonly complete: number
  /** Trials with more than one complete attempt. */
  readonly twice: number
  /** Trials whose parameters, values or steps are not those of the study here. */
  readonly different: number
  /** The same, of the study with one slot. */
  readonly differentOneByOne: number
  /** Whether each machine had a network of its own. */
  readonly hasNetworks: boolean
  /** Attempts that ended because their machine was declared lost. */
  readonly lostAttempts: number
  /** Attempts that ended on a full disk. */
  readonly fullAttempts: number
  /** Beginnings of programs beyond one for each trial. */
  readonly begunAgain: number
  readonly troubles: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Prints its parameter, which is its value; a file that it leaves needs room on the disk. Alone for its values it does no more than that. */
const program = `echo "{\\"step\\": 1, \\"loss\\": $TUNEWRIGHT_PARAM_x}"
if [ -n "$PROJECT" ]; then
  echo "$TUNEWRIGHT_TRIAL" >> "$PROJECT/starts"
  head -c 50000 /dev/zero > "$TUNEWRIGHT_ARTIFACTS/left" || exit 3
  sleep 0.2
fi
echo "{\\"step\\": 2, \\"loss\\": $TUNEWRIGHT_PARAM_x}"
`
const DISK_MEGABYTES = 8

/** A small disk of its own for a machine; null where nobody may mount one. */
function smallDisk(folder: string): { readonly full: (isFull: boolean) => void } | null {
  mkdirSync(folder, { recursive: true })
  if (process.getuid?.() !== 0) return null
  const options = ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m`, 'tmpfs', folder]
  try {
    execFileSync('mount', options, { stdio: 'ignore' })
  } catch {
    return null
  }
  const filler = path.join(folder, 'filler')
  return {
    full: isFull => {
      if (!isFull) {
        rmSync(filler, { force: true })
        return
      }
      try {
        writeFileSync(filler, Buffer.alloc(DISK_MEGABYTES << 20))
      } catch {
        // As much as there is room for.
      }
    },
  }
}

/** A study over three machines with a real sshd each, which break in turn. */
export async function sshCampaign(
  folder: string,
  plan: SshCampaignPlan,
): Promise<SshCampaignResult> {
  const beganAtMs = performance.now()
  const networks = [MachineNetwork.make(), MachineNetwork.make(), MachineNetwork.make()]
  const machines = await Promise.all(
    ['one', 'two', 'three'].map(async (name, at) => SshMachine.start(folder, name, networks[at])),
  )
  const [, cable = null] = networks
  const [first, two, three] = machines as [SshMachine, SshMachine, SshMachine]
  const small = path.join(folder, 'small')
  const disk = smallDisk(small)
  const counts: Record<string, number> = {}
  const { lostAfterSeconds } = plan
  const kinds: Readonly<Record<string, () => Promise<void>>> = {
    cut: async () => first.cut(),
    sshd: async () => {
      two.killDaemon()
      await sleep(700)
      await two.startDaemon()
    },
    freeze: async () => {
      await first.freeze('SIGSTOP')
      await sleep(lostAfterSeconds * 3_000)
      await first.freeze('SIGCONT')
    },
    ...(cable === null
      ? {}
      : {
          cable: async () => {
            cable.plug(false)
            await sleep(lostAfterSeconds * 3_000)
            cable.plug(true)
          },
        }),
    ...(disk === null
      ? {}
      : {
          full: async () => {
            disk.full(true)
            await sleep(2_000)
            disk.full(false)
          },
        }),
  }
  try {
    const user = new UserCodeBench(path.join(folder, 'study'))
    mkdirSync(user.folder)
    const machineFile = new MachineFile(user.workspace.machineFile)
    for (const { machine } of [first, two]) machineFile.add(machine)
    machineFile.add({
      ...three.machine,
      ...(disk === null ? {} : { workspace: path.join(small, 'work') }),
    })
    user.write('train.sh', program)
    const study: StudySpecificationInput = {
      name: 'campaign',
      seed: 7,
      sampler: { name: 'random' },
      parallelTrials: 6,
      objective: { command: ['sh', 'train.sh'], environment: { PROJECT: user.folder } },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [0, 1] } },
      stop: { trials: plan.trials },
      executor: {
        ssh: { machines: machines.map(({ name }) => ({ host: name, slots: 2 })), lostAfterSeconds },
      },
    }
    const id = await user.create(study)
    let done = 0
    let isOver = false
    const run = user.run(id, { listener: { trialFinished: () => void done++ } })
    void run.finally(() => (isOver = true)).catch(() => undefined)
    const names = Object.keys(kinds)
    for (let trouble = 0; trouble < plan.troubles && !isOver; trouble++) {
      const due = ((trouble + 0.5) * plan.trials * 0.9) / plan.troubles
      while (!isOver && done < due) await sleep(10)
      const name = names[trouble % names.length] as string
      await kinds[name]?.()
      counts[name] = (counts[name] ?? 0) + 1
      plan.note?.(`${done} trials, ${JSON.stringify(counts)}`)
    }
    await run
    const snapshot = user.read(id)
    const attempts = snapshot.trials.flatMap(trial => trial.attempts)
    const starts = readFileSync(path.join(user.folder, 'starts'), 'utf8').trim().split('\n')
    const codes = attempts.map(({ failure }) => failure?.reason.code)
    const seconds = (performance.now() - beganAtMs) / 1_000
    return {
      study: snapshot,
      complete: snapshot.trials.filter(({ state }) => state === 'complete').length,
      twice: snapshot.trials.filter(
        trial => trial.attempts.filter(({ state }) => state === 'complete').length > 1,
      ).length,
      different: await differentFrom(user, snapshot, study),
      differentOneByOne: await oneByOne(user, study, plan.oneByOne),
      hasNetworks: networks.every(network => network !== null),
      lostAttempts: codes.filter(code => code === 'error.machine.lost').length,
      fullAttempts: codes.filter(code => code === 'error.machine.full').length,
      begunAgain: starts.length - new Set(starts).size,
      troubles: counts,
      seconds,
    }
  } finally {
    for (const machine of machines) machine.stop()
    if (disk !== null) execFileSync('umount', ['-l', small])
  }
}

/** The same study on this machine, as light as its values allow. */
async function differentFrom(
  user: UserCodeBench,
  remoteStudy: StudySnapshot,
  { executor: _, ...others }: StudySpecificationInput,
  parallelTrials = 4,
): Promise<number> {
  const name = `${others.name}-here`
  const localStudy = await user.tune({ ...others, name, objective: light, parallelTrials })
  const outcomes = ({ trials }: StudySnapshot): string[] =>
    trials.map(({ parameters, values, metrics }) =>
      JSON.stringify([parameters, values, metrics['loss']]),
    )
  const expected = outcomes(localStudy)
  const missing = Math.abs(localStudy.trials.length - remoteStudy.trials.length)
  return missing + outcomes(remoteStudy).filter((text, index) => text !== expected[index]).length
}

/** One slot, and a search that learns from each value: one wrong bit, and all that follow are others. */
async function oneByOne(
  user: UserCodeBench,
  study: StudySpecificationInput,
  trials: number,
): Promise<number> {
  const single: StudySpecificationInput = {
    ...study,
    name: 'one by one',
    objective: light,
    parallelTrials: 1,
    stop: { trials },
    sampler: { name: 'tpe', startupTrials: 2 },
  }
  return differentFrom(user, await user.tune(single), single, 1)
}

const light = { command: ['sh', 'train.sh'] }
