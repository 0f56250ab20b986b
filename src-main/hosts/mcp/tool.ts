import { z } from 'zod'
import type { Scope } from '../../features/access/common/access.ts'
import type { Answers, Method } from '../../features/api/common/methods.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { JsonObject } from '../../core/values/json.ts'

/** What a tool works with. */
export interface ToolContext {
  readonly t: Translate
  /** Calls a method of the API in the name of the program. @throws AppError as the method does, `access.scope`, `request.invalid` */
  readonly ask: <Name extends Method>(method: Name, request: object) => Promise<Answers[Name]>
  /** The assistant no longer waits for the answer. */
  readonly signal: AbortSignal
  /** Reports how far the tool is, for an assistant that asked for it. */
  readonly onProgress: (progress: ToolProgress) => Promise<void>
}

/** `total` is null where nobody knows when it ends. */
export interface ToolProgress {
  readonly progress: number
  readonly total: number | null
}

/** A tool of an assistant: one task, whatever number of methods of the API it takes. */
export interface McpTool {
  /** Letters and `_`. Its texts are `mcp.tool.NAME` and `mcp.about.NAME`. */
  readonly name: string
  /** The right that a token needs for it. */
  readonly scope: Scope
  /** Every field has a description, and a default unless it has to be given. */
  readonly input: z.ZodObject
  readonly output: z.ZodObject
  readonly run: (request: never, context: ToolContext) => Promise<object>
}

/** Checks that what a tool takes and answers is what its schemas say. */
export function defineTool<
  Input extends z.core.$ZodLooseShape,
  Output extends z.core.$ZodLooseShape,
>(
  tool: Pick<McpTool, 'name' | 'scope'> & {
    readonly input: Input
    readonly output: Output
    readonly run: (
      request: z.output<z.ZodObject<Input, z.core.$strict>>,
      context: ToolContext,
    ) => Promise<z.output<z.ZodObject<Output>>>
  },
): McpTool {
  return { ...tool, input: z.strictObject(tool.input), output: z.object(tool.output) }
}

/** The JSON Schema of what a tool takes, with descriptions in the language of `t`. */
export function inputJsonSchema({ input }: McpTool, t: Translate): JsonObject {
  return compactSchema(input, 'input', t)
}

/** The JSON Schema of what a tool answers. */
export function outputJsonSchema({ output }: McpTool, t: Translate): JsonObject {
  return compactSchema(output, 'output', t)
}

/** Without what an assistant needs no words for: bounds that every whole number has, and the version of JSON Schema. */
function compactSchema(schema: z.ZodType, io: 'input' | 'output', t: Translate): JsonObject {
  const { $schema: _, ...compact } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
    override: ({ jsonSchema }) => {
      const { description, minimum, maximum } = jsonSchema
      if (minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (description !== undefined && t.has(description)) jsonSchema.description = t(description)
      delete jsonSchema.propertyNames
      // Fields may be added to answers.
      if (io === 'output' && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties
      }
    },
  })
  return compact as JsonObject
}
