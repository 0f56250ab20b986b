import { jsonObjects, type startTunewright } from '../test/helpers/run-tunewright.ts'

const LONGEST_MS = 30_000
const LOOK_EVERY_MS = 100

/** The link of a host that `tunewright --json serve` starts. @throws Error if it does not start within 30 s */
export async function servedLink(served: ReturnType<typeof startTunewright>): Promise<string> {
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += LOOK_EVERY_MS) {
    const servingEvent = jsonObjects(served.stdout()).find(({ event }) => event === 'serving')
    if (servingEvent !== undefined) return String(servingEvent['link'])
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
  }
  throw new Error('the host does not start')
}
