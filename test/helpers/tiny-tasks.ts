import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { wavBytes } from './wav-bytes.ts'

/** A task on so few rows that a training takes milliseconds on every engine. */
export interface TinyTask {
  readonly objective: { readonly task: string; readonly data: object }
  readonly parameters: Assignment
}

const shared = { epochs: 3, batchSize: 8, units: 4, dropout: 0.2, learningRate: 0.01 }
const table = fileURLToPath(new URL('../fixtures/data/breast-cancer.csv', import.meta.url))

/** One of each task, with everything random that it has; texts and sounds are written into a folder. */
export function tinyTasks(
  folder: string,
): Record<'tabular' | 'image' | 'text' | 'audio', TinyTask> {
  return {
    tabular: {
      objective: {
        task: 'tabular',
        data: { file: table, target: 'diagnosis', train: 24, validation: 20, test: 20 },
      },
      parameters: { ...shared, batchNormalization: true },
    },
    image: {
      objective: {
        task: 'image',
        data: { source: 'mnist', train: 24, validation: 20, test: 20 },
      },
      parameters: {
        ...shared,
        model: 'cnn',
        filters: 2,
        convolutionBlocks: 1,
        shift: 2,
        flip: true,
        rotate: 10,
        cutout: 4,
        mixup: 0.2,
      },
    },
    text: {
      objective: {
        task: 'text',
        data: { source: { file: texts(folder), text: 'words', target: 'kind' }, train: 24 },
      },
      parameters: {
        ...shared,
        vocabularySize: 12,
        length: 5,
        embeddingDimensions: 3,
        model: 'gru',
        recurrentUnits: 3,
        bidirectional: true,
      },
    },
    audio: {
      objective: {
        task: 'audio',
        data: { source: { folders: sounds(folder), seconds: 0.1 }, train: 24 },
      },
      parameters: {
        ...shared,
        bands: 6,
        windowMs: 20,
        hopMs: 10,
        model: 'lstm',
        recurrentUnits: 3,
      },
    },
  }
}

function texts(folder: string): string {
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'tiny texts' })
  const words = ['sun', 'rain', 'wind', 'snow', 'fog', 'ice', 'hail', 'storm']
  const rows = Array.from({ length: 48 }, (_, row) => {
    const sentence = Array.from({ length: 5 }, () => words[random.integer(words.length)]).join(' ')
    return `${sentence},${row % 2 === 0 ? 'wet' : 'dry'}`
  })
  const file = path.join(folder, 'texts.csv')
  writeFileSync(file, `words,kind\n${rows.join('\n')}\n`)
  return file
}

function sounds(folder: string): string {
  const random = createRandomStream({ seed: 2, number: 0, purpose: 'tiny sounds' })
  const soundsFolder = path.join(folder, 'sounds')
  for (const [name, cycles] of [
    ['low', 20],
    ['high', 80],
  ] as const) {
    mkdirSync(path.join(soundsFolder, name), { recursive: true })
    for (let take = 0; take < 24; take++) {
      const values = Array.from({ length: 400 }, (_, n) =>
        Math.round(8_000 * (Math.sin((2 * Math.PI * cycles * n) / 400) + random.uniform())),
      )
      writeFileSync(
        path.join(soundsFolder, name, `${take}.wav`),
        wavBytes({ sampleRate: 4_000, values }),
      )
    }
  }
  return soundsFolder
}
