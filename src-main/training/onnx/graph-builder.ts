import type { OnnxAttribute, OnnxNode, OnnxTensor } from './encode-onnx.ts'

/** Collects the nodes of a graph, one after the other, and names what flows between them. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = []
  readonly constants: OnnxTensor[] = []

  /** Adds a node with one output. @returns name of the output */
  add(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const [output] = this.addWith(operator, inputs, [true], attributes)
    return output ?? ''
  }

  /** Adds a node of the operators of classical machine learning. @returns name of its output */
  addClassical(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
  ): string {
    const output = `${operator}.${this.nodes.length}`
    this.nodes.push({ operator, domain: 'ai.onnx.ml', inputs, outputs: [output], attributes })
    return output
  }

  /** Adds a node of which only some outputs are wanted. @returns a name, or '', for each */
  addWith(
    operator: string,
    inputs: readonly string[],
    wanted: readonly boolean[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
  ): string[] {
    const number = this.nodes.length
    const outputs = wanted.map((want, index) => (want ? `${operator}.${number}.${index}` : ''))
    this.nodes.push({ operator, inputs, outputs, attributes })
    return outputs
  }

  /** Gives the last node's output the name that the graph promises. */
  renameLast(name: string): void {
    const last = this.nodes.at(-1)
    if (last !== undefined) this.nodes[this.nodes.length - 1] = { ...last, outputs: [name] }
  }

  floats(name: string, shape: readonly number[], data: Float32Array): string {
    this.constants.push({ name, shape, data })
    return name
  }

  /** A constant list of whole numbers. */
  integers(values: readonly number[]): string {
    const name = `integers.${this.constants.length}`
    const data = BigInt64Array.from(values, BigInt)
    this.constants.push({ name, shape: [values.length], data })
    return name
  }

  number(value: number): string {
    return this.floats(`number.${this.constants.length}`, [], Float32Array.of(value))
  }

  transpose(input: string, order: readonly number[]): string {
    return this.add('Transpose', [input], { perm: { ints: order } })
  }

  /** Another shape behind the first side, which stays. */
  reshape(input: string, shape: readonly number[]): string {
    return this.add('Reshape', [input, this.integers([0, ...shape])])
  }
}
