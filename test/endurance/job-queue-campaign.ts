import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { queueCampaign } from '../helpers/job-queue-campaign.ts'
import { brokerMissing } from '../helpers/redis-broker.ts'

/**
 * Trials over many workers of one queue on this machine, with workers killed at random and a broker that is killed and begins again
 * without memory: `npm run job-queue:campaign`. Fails when a trial is lost or recorded twice.
 */
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1000' },
    workers: { type: 'string', default: '50' },
    kills: { type: 'string', default: '100' },
    restarts: { type: 'string', default: '1' },
  },
})
const [trials, workers, kills, restarts] = [
  Number(values.trials),
  Number(values.workers),
  Number(values.kills),
  Number(values.restarts),
]
const missing = brokerMissing()
if (missing !== null) {
  console.error(missing)
  process.exit(69)
}
const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-queue-'))
try {
  const { study: _, ...figures } = await queueCampaign(folder, {
    trials,
    workers,
    kills,
    restarts,
    lostAfterSeconds: 30,
    note: text => console.log(text),
  })
  console.log(JSON.stringify({ trials, workers, ...figures }))
  const isGood = figures.complete === trials && figures.wrong === 0 && figures.kills === kills
  process.exitCode = isGood && figures.restarts === restarts ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
