import process from 'node:process'
import { measureAnswers, measureScreens } from './ui/answers.ts'
import { runPageBench } from './ui/page-bench.ts'
import { PageClock } from './ui/page-clock.ts'
import { seedStudy } from './ui/seed-study.ts'

/**
 * What every answer about a large study costs, and every part of its page, in processor time: an answer that takes more than a
 * second and can neither be followed nor canceled is missed. `node bin/run.cjs bench/ui-answers.ts [trials] [parameters]`; Linux.
 */
const size = {
  trials: Number(process.argv[2] ?? 5_000),
  parameters: Number(process.argv[3] ?? 20),
  reportsPerTrial: 10,
}

await runPageBench({
  name: 'ui-answers',
  size,
  readyText: 'asked',
  seed: async database => {
    console.log(`Writing 2 × ${size.trials} trials …`)
    return {
      asked: await seedStudy(database, { ...size, name: 'asked' }),
      shown: await seedStudy(database, { ...size, name: 'shown' }),
    }
  },
  measure: async (page, { browser, hostPid, seeded }) => [
    ...(await measureScreens(page, await PageClock.of(page, browser), {
      studyId: seeded.shown,
      hostPid,
    })),
    ...(await measureAnswers(page, {
      studyId: seeded.asked,
      parameters: size.parameters,
      hostPid,
    })),
  ],
})
