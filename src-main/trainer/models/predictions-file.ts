import { z } from 'zod'
import { type ExportedModel, outputsSchema } from '../../core/models/exported-model.ts'
import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { invalidData, parseFile } from '../../core/errors/invalid-data.ts'
import { isPredictionKind, type StoredPredictions } from '../../core/models/stored-predictions.ts'
import type { ArtifactRecord } from '../../core/study/study.ts'
import { softmaxRows } from '../../training/prediction/softmax-rows.ts'
import type { RowPredictions } from '../../training/objectives/objective-host.ts'
import {
  decodeWeights,
  encodeWeights,
  readArtifactFile,
  type StoredTensor,
  writeArtifactFile,
} from './weights-file.ts'

/**
 * Predictions of a trial for validation rows, as a safetensors file: `rows` and `targets` (one number per row) and `outputs`
 * (rows × outputs, raw); the metadata say under `outputs` what the outputs mean, as in `model.json`.
 */

/** A fold with more is not kept. */
const MAX_BYTES = 64_000_000

const metadataSchema = z.object({ outputs: z.string() })

/**
 * @returns size and SHA-256 (hexadecimal) of the file; null if it would be too large to keep
 * @throws AppError `file.unwritable`
 */
export async function writePredictionsFile(
  file: string,
  { rows, targets, outputs }: RowPredictions,
  meaning: ExportedModel['outputs'],
): Promise<{ readonly bytes: number; readonly sha256: string } | null> {
  if (rows.byteLength + targets.byteLength + outputs.byteLength > MAX_BYTES) return null
  const width = outputs.length / rows.length
  const tensors = [
    { name: 'rows', shape: [rows.length], data: rows },
    { name: 'targets', shape: [rows.length], data: targets },
    { name: 'outputs', shape: [rows.length, width], data: outputs },
  ]
  return writeArtifactFile(file, encodeWeights(tensors, { outputs: JSON.stringify(meaning) }))
}

/**
 * The predictions that a trial has kept, of all its folds.
 * @returns null if it kept none
 * @throws AppError `file.notFound`, `file.unreadable`; `data.invalid` for a malformed file
 */
export async function readPredictions(
  artifacts: readonly ArtifactRecord[],
  trialNumber: number,
): Promise<StoredPredictions | null> {
  const files = artifacts.filter(
    artifact => artifact.trialNumber === trialNumber && isPredictionKind(artifact.kind),
  )
  const parts = []
  for (const { path } of files) parts.push(await readPredictionsFile(path))
  const [first] = parts
  if (first === undefined) return null
  return {
    ...first,
    rows: joinedRows(parts.map(({ rows }) => rows)),
    targets: joined(parts.map(({ targets }) => targets)),
    predictions: joined(parts.map(({ predictions }) => predictions)),
    folds: parts.length,
  }
}

async function readPredictionsFile(file: string): Promise<Omit<StoredPredictions, 'folds'>> {
  const { tensors, metadata } = decodeWeights(file, await readArtifactFile(file))
  const parsed = metadataSchema.safeParse(metadata)
  const outputs = parseFile(file, outputsSchema, parseJson(file, parsed.data?.outputs))
  const tensor = (name: string): StoredTensor['data'] => {
    const data = tensors.find(each => each.name === name)?.data
    if (data === undefined) throw invalidData(file, name, null, msg('rule.present'))
    return data
  }
  const rows = tensor('rows')
  const targets = Float64Array.from(tensor('targets'))
  const raw = Float32Array.from(tensor('outputs'))
  const width = outputs.kind === 'classes' ? outputs.names.length : 1
  for (const [name, length, expected] of [
    ['targets', targets.length, rows.length],
    ['outputs', raw.length, rows.length * width],
  ] as const) {
    if (length !== expected)
      throw invalidData(file, name, length, msg('rule.equal', { value: expected }))
  }
  if (outputs.kind === 'classes')
    return { rows: Int32Array.from(rows), outputs, targets, predictions: softmaxRows(raw, width) }
  const inUnits = (value: number): number => value * outputs.deviation + outputs.mean
  const predictions = Float64Array.from(raw, inUnits)
  return { rows: Int32Array.from(rows), outputs, targets: targets.map(inUnits), predictions }
}

function parseJson(file: string, text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch (error) {
    const rule = msg('rule.undamaged', { format: 'JSON' })
    throw new AppError('data.invalid', { path: file, field: 'outputs', value: null, rule }, error)
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap(part => Array.from(part)))
}

function joinedRows(parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap(part => Array.from(part)))
}
