import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { sshCampaign } from '../helpers/ssh-campaign.ts'
import { sshMissing } from '../helpers/ssh-machine.ts'

/**
 * Trials over three machines with a real sshd each on this computer, in networks of their own where root may make some. Connections are
 * cut, sshd is killed, a machine stands still, its cable is pulled, its disk is full: `npm run ssh:campaign`. Fails when a trial is lost, recorded twice, or not what it is here.
 */
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '500' },
    troubles: { type: 'string', default: '24' },
    lost: { type: 'string', default: '6' },
    single: { type: 'string', default: '30' },
  },
})
const missing = sshMissing()
if (missing !== null) {
  console.error(missing)
  process.exit(69)
}
const [trials, troubles] = [Number(values.trials), Number(values.troubles)]
const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-ssh-'))
try {
  const { study: _, ...figures } = await sshCampaign(folder, {
    trials,
    troubles,
    lostAfterSeconds: Number(values.lost),
    oneByOne: Number(values.single),
    note: text => console.log(text),
  })
  console.log(JSON.stringify({ trials, ...figures }))
  const { complete, twice, different, differentOneByOne, begunAgain, lostAttempts, fullAttempts } =
    figures
  // A program begins again only after a declared loss, or where it failed on a full disk.
  const isCounted = begunAgain <= lostAttempts + fullAttempts
  process.exitCode =
    complete === trials && twice === 0 && different + differentOneByOne === 0 && isCounted ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
