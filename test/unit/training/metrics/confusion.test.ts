import { expect, it } from 'vitest'
import { classificationMetrics } from '../../../../src-main/training/metrics/classification.ts'
import { confusionMatrix } from '../../../../src-main/training/metrics/confusion.ts'

// Rows × classes; the largest output decides, the lower class among equals.
const outputs = Float32Array.from([3, 1, 0, 0, 2, 1, 1, 1, 0, 0, 0, 5, 0, 1, 0])
const labels = Int32Array.from([0, 1, 1, 2, 2])

it('counts rows by true and predicted class', () => {
  expect(confusionMatrix(outputs, labels, 3)).toEqual([
    [1, 0, 0],
    [1, 1, 0],
    [0, 1, 1],
  ])
})

it('agrees with the accuracy that is reported beside it', () => {
  const counts = confusionMatrix(outputs, labels, 3)
  const right = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
  expect(right / labels.length).toBe(classificationMetrics(outputs, labels, 3)['Accuracy'])
})
