import { z } from 'zod'
import type { JsonObject } from '../../../core/values/json.ts'
import { studySpecificationSchema } from '../../../core/study/study-specification.ts'
import { createTranslate, type Translate } from '../../../core/i18n/translate.ts'
import { commandObjective } from '../../../core/objectives/command/command.ts'
import { moduleObjective } from '../../../core/objectives/module/module.ts'
import { objectiveKinds } from '../../../core/objectives/registry.ts'
import { taskObjective } from '../../../core/objectives/task/task.ts'
import { executors } from '../../../running/executors/registry.ts'
import { pruners } from '../../../search/pruners/registry.ts'
import { samplers } from '../../../search/samplers/registry.ts'
import { functionSettingsSchema } from '../../../training/objectives/function-settings.ts'
import type { Task } from '../../../training/tasks/task.ts'

/** Editors show what the file says. */
const english = createTranslate('en')

/**
 * The JSON Schema (draft 2020-12) of a study file, with the options of every sampler, pruner and executor
 * and the settings of every objective, so that editors complete and check what people write. Rules that
 * relate fields to each other are beyond it: `study/study-check.ts`.
 */
export function buildStudyJsonSchema(tasks: Readonly<Record<string, Task>>): JsonObject {
  const study = optionsJsonSchema(studySpecificationSchema, english)
  const objectives = [
    ...Object.values(tasks).map(task =>
      withName(taskObjective.name, task.name, optionsJsonSchema(task.settingsSchema, english)),
    ),
    optionsJsonSchema(functionSettingsSchema, english),
    optionsJsonSchema(commandObjective.schema, english),
    optionsJsonSchema(moduleObjective.schema, english),
  ]
  // A module may bring its space along, and a task has one.
  const namesWithSpace = Object.values(objectiveKinds).flatMap(({ name, bringsSpace }) =>
    bringsSpace === true ? [name] : [],
  )
  const properties = study['properties'] as Readonly<Record<string, JsonObject>>
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tunewright study',
    ...study,
    required: (study['required'] as readonly string[]).filter(key => key !== 'space'),
    if: {
      type: 'object',
      properties: { objective: { anyOf: namesWithSpace.toSorted().map(hasKey) } },
    },
    else: { properties: { space: true }, required: ['space'] },
    properties: {
      ...properties,
      objective: { anyOf: objectives },
      sampler: namedOptions(samplers, properties['sampler']),
      pruner: namedOptions(pruners, properties['pruner']),
      executor: {
        type: 'object',
        description: properties['executor']?.['description'] ?? null,
        properties: Object.fromEntries(
          executors.map(({ definition: { name, optionsSchema } }) => [
            name,
            optionsJsonSchema(optionsSchema, english),
          ]),
        ),
        minProperties: 1,
        additionalProperties: false,
      },
    },
  }
}

function hasKey(key: string): JsonObject {
  return { type: 'object', properties: { [key]: true }, required: [key] }
}

function namedOptions(
  registry: Readonly<Record<string, { readonly name: string; readonly optionsSchema: z.ZodType }>>,
  general: JsonObject | undefined,
): JsonObject {
  return {
    default: general?.['default'] ?? null,
    anyOf: Object.values(registry).map(({ name, optionsSchema }) =>
      withName('name', name, optionsJsonSchema(optionsSchema, english)),
    ),
  }
}

/** Adds the key that tells which member of a union an object is. */
function withName(key: string, name: string, schema: JsonObject): JsonObject {
  return {
    ...schema,
    properties: { [key]: { const: name }, ...(schema['properties'] as JsonObject) },
    required: [key, ...((schema['required'] as readonly string[] | undefined) ?? [])],
  }
}

/**
 * As people write it (`input`): what has a default may be left out.
 * @param t says the explanations of options; without, their keys stay for whoever shows them
 */
export function optionsJsonSchema(schema: z.ZodType, t?: Translate): JsonObject {
  const { $schema: _, ...optionsSchema } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      const { description } = jsonSchema
      if (description !== undefined)
        jsonSchema.description = t?.format({ code: description }) ?? description
    },
  })
  return optionsSchema as JsonObject
}
