import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import jpeg from 'jpeg-js'
import { msg } from '../../src-main/core/errors/message.ts'
import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import { fileKind } from '../../src-main/core/trial/trial-files.ts'
import { describeEnvironment } from '../../src-main/platform/machine/environment.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import type { NewArtifact } from '../../src-main/platform/storage/artifacts.ts'
import { locateWorkspace } from '../../src-main/platform/storage/workspace.ts'
import { goAndWait, type Measure } from './measures.ts'
import type { PageClock } from './page-clock.ts'

const trials = 1_000
const picturesOfTrial = 4
const repeats = 3
const [width, height] = [240, 160] as const

/**
 * Writes a study whose trials have left four pictures each, all different, as the ingest process would have kept them.
 * @returns its id
 */
export function seedFiles(databasePath: string): number {
  const store = openStudyStore(databasePath)
  try {
    const { id: studyId } = store.createStudy({
      specification: studySpecificationSchema.parse({
        name: 'pictures',
        objective: { command: ['sh', 'show.sh'] },
        goals: [{ metric: 'value', direction: 'minimize' }],
        space: { x0: { float: [0, 1] } },
        stop: { trials },
      }),
      source: '',
      environment: describeEnvironment(),
      createdAtMs: Date.now(),
    })
    const folder = path.join(locateWorkspace(databasePath).artifactDirectory(studyId), 'files')
    mkdirSync(folder, { recursive: true })
    const startMs = Date.now() - trials * 1_000
    for (let number = 0; number < trials; number++) {
      const atMs = startMs + number * 1_000
      store.startTrial({
        studyId,
        number,
        seed: number,
        slot: 0,
        atMs,
        parameters: { x0: number / trials },
        provenance: { sampler: 'random', reason: msg('proposal.random') },
      })
      const artifacts = Array.from({ length: picturesOfTrial }, (_, at) =>
        keep(folder, `sample-${at}.png`, number * picturesOfTrial + at),
      ).flat()
      store.finishTrial({
        studyId,
        trialNumber: number,
        state: 'complete',
        metrics: [],
        artifacts,
        values: [1 + Math.sin(number)],
        bestStep: null,
        reason: null,
        failure: null,
        atMs: atMs + 900,
      })
    }
    return studyId
  } finally {
    store.close()
  }
}

const pictures = Array.from({ length: 16 }, (_, seed) => draw(seed))

/** A picture and its small copy. */
function keep(folder: string, name: string, seed: number): NewArtifact[] {
  // Bytes after its end make it a file of its own.
  const content = Buffer.concat([pictures[seed % 16]!, Buffer.from(String(seed))])
  const sha256 = createHash('sha256').update(content).digest('hex')
  const file = path.join(folder, `${sha256}.jpg`)
  writeFileSync(file, content)
  return (['file', 'preview'] as const).map(part => ({
    kind: fileKind({ step: null, name }, part),
    path: file,
    bytes: content.length,
    sha256,
    media: { type: 'image', width, height },
  }))
}

function draw(seed: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 255)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    data[4 * pixel] = (x * (1 + (seed % 7))) % 256
    data[4 * pixel + 1] = (y * (1 + (seed % 11))) % 256
    data[4 * pixel + 2] = (seed * 37 + x * y) % 256
  }
  return jpeg.encode({ data, width, height }, 80).data
}

/** From the list of studies to the tab of files with all pictures that are in sight. */
export async function measureFiles(
  page: Page,
  clock: PageClock,
  studyId: number,
): Promise<Measure[]> {
  const times: number[] = []
  const costs: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    await goAndWait(page, '#/studies', '.study-table, [role=grid], table')
    costs.push(
      await clock.cost(async () => {
        times.push(
          await goAndWait(page, `#/studies/${studyId}/files`, '[data-row="4"] td:last-child img'),
        )
      }),
    )
  }
  const name = `files of ${trials} trials × ${picturesOfTrial} pictures`
  return [
    { name: `${name}, median of ${repeats}`, unit: 'ms', value: median(times), atMost: 1_000 },
    { name: `${name}: main thread`, unit: 'ms', value: median(costs), atMost: null },
  ]
}
