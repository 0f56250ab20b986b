import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { wavBytes } from '../../helpers/wav-bytes.ts'
import { describeTask, type TaskCase } from '../../suites/task-suite.ts'

const rate = 4_000
const speakers = ['ann', 'ben', 'cleo', 'dan', 'eve', 'finn']
/** What the pitch does, in steps of a twelfth of an octave: the classes differ by nothing else. */
const contours: Readonly<Record<string, readonly [number, number]>> = {
  falling: [12, 0],
  level: [6, 6],
  rising: [0, 12],
}

/** A glide with two overtones; the speaker decides the pitch, chance length, loudness and noise. */
function glide(speaker: number, [from, to]: readonly [number, number], take: number): number[] {
  const random = createRandomStream({ seed: speaker, number: take, purpose: `glide ${from} ${to}` })
  const count = Math.round(rate * (0.25 + 0.15 * random.uniform()))
  const loudness = 0.2 + 0.4 * random.uniform()
  const base = 180 + 40 * speaker + 20 * random.uniform()
  let phase = 0
  return Array.from({ length: count }, (_, n) => {
    const step = from + ((to - from) * n) / count
    phase += (2 * Math.PI * base * 2 ** (step / 12)) / rate
    const tone = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.25 * Math.sin(3 * phase)
    return Math.round(20_000 * loudness * (tone / 1.75 + 0.05 * random.normal()))
  }).map(value => Math.max(-32_768, Math.min(32_767, value)))
}

const folders = mkdtempSync(path.join(tmpdir(), 'tunewright-glides-'))
afterAll(() => {
  rmSync(folders, { recursive: true, force: true })
})
for (const [name, contour] of Object.entries(contours)) {
  mkdirSync(path.join(folders, name))
  for (const [number, speaker] of speakers.entries()) {
    for (let take = 0; take < 12; take++) {
      const values = glide(number, contour, take)
      const file = path.join(folders, name, `${speaker}_${take}.wav`)
      writeFileSync(file, wavBytes({ sampleRate: rate, values }))
    }
  }
}

const source = { folders, seconds: 0.4 }
const goal = { metric: 'validationAccuracy', direction: 'maximize' } as const
const small = { bands: 24, windowMs: 64, hopMs: 16, filters: 8, units: 16 }
const absentMetrics = ['validationAuc']

const quick = { ...small, epochs: 4, batchSize: 8, dropout: 0.1, learningRate: 0.002 }

const random: TaskCase = {
  objective: { task: 'audio', data: { source } },
  parameters: { ...small, epochs: 15, batchSize: 16, learningRate: 0.003, kernelSize: 5 },
  quick: { data: { source }, parameters: quick },
  goal,
  // By chance a third.
  reaches: [{ measure: 'Accuracy', least: 0.85 }],
  absentMetrics,
}

describeTask('glides, convolutions over time and pitch', 'wasm', {
  ...random,
  quick: { data: { source }, parameters: { ...quick, model: 'cnn1d', features: 'mfcc' } },
})

const others = { source: { ...source, groupUntil: '_' } }
describeTask('glides of other speakers', 'wasm', {
  ...random,
  objective: { task: 'audio', data: others },
  parameters: { ...random.parameters, globalPooling: 'average', filters: 16, epochs: 25 },
  quick: {
    data: others,
    parameters: { ...quick, globalPooling: 'average', filters: 16, learningRate: 0.01 },
  },
})
describeTask('glides, recurrent cells', 'wasm', {
  ...random,
  parameters: {
    ...small,
    model: 'gru',
    recurrentUnits: 32,
    layers: 0,
    epochs: 25,
    batchSize: 16,
    learningRate: 0.005,
  },
  quick: {
    data: { source },
    parameters: { ...quick, model: 'gru', recurrentUnits: 8, bidirectional: true },
  },
})
