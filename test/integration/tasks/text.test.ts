import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { describeTask, type TaskCase } from '../../suites/task-suite.ts'

const names = ['Ann', 'Ben', 'the neighbor', 'my brother', 'the old teacher', 'a friend of ours']
const subjects = ['the film', 'this book', 'the soup', 'the new train', 'the concert', 'that game']
const praise = ['loved', 'enjoyed', 'praised', 'could not get enough of', 'was delighted with']
const blame = ['hated', 'was bored by', 'complained about', 'walked out of', 'was annoyed by']
const filler = ['yesterday', 'after all', 'in the end', 'as everyone knows', 'for once', 'again']

/** A made-up sentence about a liking or a dislike. */
function sentence(row: number, mood: readonly string[]): string {
  const random = createRandomStream({ seed: 5, number: row, purpose: 'sentences' })
  const pick = (list: readonly string[]) => list[Math.floor(random.uniform() * list.length)] ?? ''
  const words = [pick(filler), pick(names), pick(mood), pick(subjects), pick(filler), pick(filler)]
  return `${words.join(' ')}.`
}

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-sentences-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
const file = path.join(folder, 'sentences.csv')
const rows = Array.from({ length: 400 }, (_, row) =>
  row % 2 === 0 ? `"${sentence(row, praise)}",good` : `"${sentence(row, blame)}",bad`,
)
writeFileSync(file, `sentence,mood\n${rows.join('\n')}\n`)

const data = { source: { file, text: 'sentence', target: 'mood' } }
const goal = { metric: 'validationAccuracy', direction: 'maximize' } as const
const small = { vocabularySize: 200, length: 24, embeddingDimensions: 8 }

const mean: TaskCase = {
  objective: { task: 'text', data },
  parameters: { ...small, epochs: 12, batchSize: 16, learningRate: 0.02 },
  quick: { data, parameters: { ...small, epochs: 3, dropout: 0.2, learningRate: 0.003 } },
  goal,
  // By chance a half.
  reaches: [
    { measure: 'Accuracy', least: 0.95 },
    { measure: 'Auc', least: 0.97 },
  ],
}

describeTask('sentences, mean of embeddings', 'wasm', mean)
describeTask('sentences, convolutions over characters', 'wasm', {
  ...mean,
  parameters: {
    tokens: 'characters',
    vocabularySize: 40,
    length: 100,
    embeddingDimensions: 8,
    model: 'cnn1d',
    filters: 32,
    kernelSize: 5,
    epochs: 15,
    batchSize: 16,
    learningRate: 0.01,
  },
  quick: { data, parameters: { ...small, model: 'cnn1d', filters: 8, epochs: 3 } },
})
describeTask('sentences, recurrent cells', 'wasm', {
  ...mean,
  parameters: {
    ...small,
    model: 'lstm',
    recurrentUnits: 16,
    epochs: 12,
    batchSize: 16,
    learningRate: 0.01,
  },
  quick: {
    data,
    // Without a hidden layer, saturated cells would keep the loss finite whatever the learning rate is.
    parameters: {
      ...small,
      model: 'gru',
      recurrentUnits: 8,
      recurrentLayers: 2,
      layers: 1,
      epochs: 3,
    },
  },
})
describeTask('sentences, attention encoder', 'wasm', {
  ...mean,
  parameters: {
    ...small,
    model: 'attention',
    feedForwardUnits: 16,
    epochs: 12,
    batchSize: 16,
    learningRate: 0.01,
  },
  quick: {
    data,
    parameters: {
      ...small,
      model: 'attention',
      attentionBlocks: 2,
      attentionHeads: 3,
      attentionDropout: 0.2,
      feedForwardUnits: 8,
      layers: 1,
      units: 8,
      epochs: 3,
    },
  },
})
describeTask('sentences, mean of embeddings', 'cpu', mean)
