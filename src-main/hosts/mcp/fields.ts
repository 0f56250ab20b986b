import { z } from 'zod'
import { languages } from '../../core/i18n/language.ts'
import { ensembleMethods } from '../../core/models/built-model.ts'
import * as fields from '../../core/questions/request-fields.ts'
import { parameterValueSchema } from '../../core/study/space-specification.ts'
import { namedValues } from '../../core/values/named-values.ts'

/** Fields that several tools take. A description is the key of its text. */

export const studyId = fields.studyId.describe('mcp.field.studyId')
export const trialNumber = fields.trialNumber.describe('mcp.field.trialNumber')

export const studyText = {
  text: fields.studyText.text.describe('mcp.field.text'),
  format: fields.studyText.format.default('yaml').describe('mcp.field.format'),
}

export const language = z.enum(languages).default('en').describe('mcp.field.language')

export const model = {
  model: z
    .union([z.literal('best'), z.int().min(0), z.enum(ensembleMethods)])
    .default('best')
    .describe('mcp.field.model'),
  refit: z.boolean().default(false).describe('mcp.field.refit'),
}

/** Clients give up on a request after a minute, unless a person has set another limit. */
export const waitSeconds = z.number().min(0).max(600).default(45).describe('mcp.field.seconds')

export const parameters = namedValues(parameterValueSchema).describe('mcp.field.parameters')

/** Parts of answers. */

export const numbersByName = z.record(z.string(), z.number().nullable())
export const parameterValues = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
export const freeForm = z.record(z.string(), z.unknown())
