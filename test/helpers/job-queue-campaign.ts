import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { JobQueueFile } from '../../src-main/running/executors/job-queue/node/job-queue-file.ts'
import { RedisBroker } from './redis-broker.ts'
import { UserCodeBench } from './user-code-study.ts'
import { WorkerProcess } from './job-queue-worker-process.ts'

export interface CampaignPlan {
  readonly trials: number
  readonly workers: number
  /** Workers that are killed while the study runs; another one begins in the place of each. */
  readonly kills: number
  /** How often the broker is killed and begins again, empty. */
  readonly restarts: number
  /** Of the study; longer than this machine may stand still. */
  readonly lostAfterSeconds: number
  readonly note?: (text: string) => void
}

export interface CampaignResult {
  readonly study: StudySnapshot
  readonly complete: number
  /** Trials with more than one complete attempt, or a value that is not that of their parameters. */
  readonly wrong: number
  /** Attempts that ended with their worker. */
  readonly lostAttempts: number
  readonly kills: number
  readonly restarts: number
  readonly seconds: number
}

const branin = (x: number, y: number): number =>
  (y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
  10

/** Many workers of one queue, killed at random, with a broker that forgets everything. */
export async function queueCampaign(folder: string, plan: CampaignPlan): Promise<CampaignResult> {
  const beganAtMs = performance.now()
  const broker = await RedisBroker.start(path.join(folder, 'broker'))
  const user = new UserCodeBench(folder)
  new JobQueueFile(user.workspace.machineFile).add(broker.registered)
  const workers: WorkerProcess[] = []
  let begun = 0
  const begin = (): WorkerProcess => {
    const name = `w${begun++}`
    const home = path.join(folder, 'workers', name)
    return new WorkerProcess({ registered: broker.registered, home, name, directory: folder })
  }
  let kills = 0
  let restarts = 0
  try {
    for (let count = 0; count < plan.workers; count++) workers.push(begin())
    const id = await user.create({
      name: 'campaign',
      objective: { function: 'branin' },
      seed: 7,
      executor: {
        jobQueue: { url: broker.registered.url, lostAfterSeconds: plan.lostAfterSeconds },
      },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      sampler: { name: 'random' },
      stop: { trials: plan.trials },
      parallelTrials: Math.min(64, plan.workers),
    })
    let done = 0
    const run = user.run(id, { listener: { trialFinished: () => void done++ } })
    let isOver = false
    void run.finally(() => (isOver = true)).catch(() => undefined)
    // Troubles are spread over the trials, so that they meet a study that runs, however fast it is.
    const troubles = plan.kills + plan.restarts
    const restartEvery = plan.restarts === 0 ? Infinity : Math.ceil(troubles / (plan.restarts + 1))
    for (let trouble = 1; trouble <= troubles && !isOver; trouble++) {
      while (!isOver && done < (trouble * plan.trials * 0.9) / (troubles + 1)) await sleep(5)
      if (isOver) break
      if (trouble % restartEvery === 0 && restarts < plan.restarts) {
        await broker.kill()
        await sleep(300)
        await broker.begin()
        restarts++
      } else {
        const index = (trouble * 7919) % workers.length
        await (workers[index] as WorkerProcess).end('SIGKILL')
        workers[index] = begin()
        kills++
      }
      plan.note?.(`${done} trials, ${kills} kills, ${restarts} restarts`)
    }
    await run
    const study = user.read(id)
    const attempts = study.trials.flatMap(trial => trial.attempts)
    return {
      study,
      kills,
      restarts,
      complete: study.trials.filter(({ state }) => state === 'complete').length,
      wrong: study.trials.filter(({ attempts: ownAttempts, values, parameters: { x0, x1 } }) => {
        const isOnce = ownAttempts.filter(({ state }) => state === 'complete').length === 1
        const value = branin(Number(x0), Number(x1))
        return !isOnce || Math.abs((values?.[0] ?? Number.NaN) - value) > 1e-9 * (1 + value)
      }).length,
      lostAttempts: attempts.filter(({ failure }) => failure?.reason.code === 'error.machine.lost')
        .length,
      seconds: (performance.now() - beganAtMs) / 1_000,
    }
  } finally {
    await Promise.all(workers.map(async worker => worker.end('SIGKILL')))
    await broker.kill()
  }
}
