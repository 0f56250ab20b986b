import { ownValue } from '../../../core/values/named-values.ts'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type KernelCall, MissingRule, type TangentRules } from './tangent-rules.ts'

/** Tensors with the derivatives that they have in the direction that is followed. */
export interface Followed {
  readonly values: readonly Tensor[]
  /** Null where it is zero everywhere. */
  readonly tangents: readonly (Tensor | null)[]
}

/** Called after each kernel that a tangent goes through, e.g. to test its rule. */
export type KernelObserver = (call: KernelCall, tangents: readonly (Tensor | null)[]) => void

/**
 * Runs tensor code and carries tangents through every kernel it runs, by forward accumulation. The code is
 * that of layers and losses as it stands: nothing has to be written twice. Works on every engine, also
 * while a compiled function is traced, because rules run kernels and read nothing.
 * @param seeds tensors and the directions in which they change
 * @param compute gives the tensors whose tangents are wanted; synchronous
 * @throws MissingRule naming the first kernel that has none
 */
export function followTangents(
  rules: TangentRules,
  seeds: readonly (readonly [Tensor, Tensor])[],
  compute: () => readonly Tensor[],
  observe: KernelObserver | null = null,
): Followed {
  const engine = tf.engine()
  // Whatever runs kernels now: a replacement stands on the instance, the original on its class.
  const onInstance = Object.getOwnPropertyDescriptor(engine, 'runKernel')
  const outer = engine.runKernel.bind(engine)
  const tangents = new Map<number, Tensor>(seeds.map(([tensor, tangent]) => [tensor.id, tangent]))
  const retainedTensors: Tensor[] = []

  function follow(call: KernelCall): void {
    const rule = ownValue(rules, call.name)
    if (rule === undefined) throw new MissingRule(call.name)
    const results = tf.tidy(() => {
      const givenTensors = Object.values(call.tangents)
      // Given tensors must not be freed with those that come out.
      return rule(call).map(tangent =>
        tangent !== null && givenTensors.includes(tangent) ? tf.clone(tangent) : tangent,
      ) as Tensor[]
    }) as (Tensor | null)[]
    results.forEach((tangent, at) => {
      if (tangent === null) return
      retainedTensors.push(tf.keep(tangent))
      tangents.set((call.outputs[at] as Tensor).id, tangent)
    })
    observe?.(call, results)
  }

  const runKernel = ((name, inputs, attributes) => {
    const outputs = outer<Tensor | Tensor[]>(name, inputs, attributes)
    const moving = Object.entries(inputs as Record<string, Tensor>).flatMap(([key, tensor]) => {
      const tangent = tangents.get(tensor.id)
      return tangent === undefined ? [] : [[key, tangent] as const]
    })
    if (moving.length > 0) {
      engine.runKernel = outer
      try {
        follow({
          name,
          inputs: inputs,
          attributes: attributes ?? {},
          tangents: Object.fromEntries(moving),
          outputs: [outputs].flat(),
        })
      } finally {
        engine.runKernel = runKernel
      }
    }
    return outputs
  }) as typeof outer

  engine.runKernel = runKernel
  try {
    const values = compute()
    engine.runKernel = outer
    const resultTangents = values.map(value => {
      const tangent = tangents.get(value.id)
      return tangent === undefined ? null : tf.clone(tangent)
    })
    return { values, tangents: resultTangents }
  } finally {
    if (onInstance === undefined) Reflect.deleteProperty(engine, 'runKernel')
    else Object.defineProperty(engine, 'runKernel', onInstance)
    for (const tangent of retainedTensors) tangent.dispose()
  }
}
