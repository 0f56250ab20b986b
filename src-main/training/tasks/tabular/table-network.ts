import { msg } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { CategoryTable, NetworkDefinition } from '../../models/network-definition.ts'
import { denseLayers } from '../dense-layers.ts'
import type { TabularHyperparameters } from './hyperparameters.ts'

/** The parts of a table that shape a network. */
export interface TableInputs {
  /** Features per row with categories as one-hot rows. */
  readonly features: number
  /** Features of the quantities alone. */
  readonly numbers: number
  /** Categories that the training rows have, of each column. */
  readonly categories: readonly number[]
  readonly outputs: number
}

/** Why a table of quantities alone has no embeddings. */
export const noCategoriesRule = msg('rule.noCategories')

/** Numbers that stand for a category, at most. */
const MAX_DIMENSIONS = 600

/**
 * Size of a table for n − 1 categories and row 0: scale · 1.6 · n^0.56, the rule of fastai (`emb_sz_rule` in
 * fastai/tabular/model.py, fastai 2), never more than the n that n rows can differ in.
 */
export function categoryTable(categories: number, scale: number): CategoryTable {
  const levels = categories + 1
  const size = Math.round(scale * 1.6 * levels ** 0.56)
  return { levels, dimensions: Math.max(1, Math.min(size, levels, MAX_DIMENSIONS)) }
}

/**
 * Dense layers over the features; with `categories: embedding` over the quantities and what the tables hold for the
 * categories.
 * @throws AppError `training.invalid` for embeddings without a column of categories
 */
export function tableNetwork(
  values: TabularHyperparameters,
  { features, numbers, categories, outputs }: TableInputs,
): NetworkDefinition {
  const dense = denseLayers(values, true, outputs)
  if (values.categories === 'oneHot') return { inputShape: [features], layers: dense }
  if (categories.length === 0) {
    throw new AppError('training.invalid', {
      field: 'categories',
      value: values.categories,
      rule: noCategoriesRule,
    })
  }
  const tables = categories.map(count => categoryTable(count, values.embeddingScale))
  return {
    inputShape: [numbers + tables.length],
    layers: [{ kind: 'categoryEmbedding', tables }, ...dense],
  }
}
