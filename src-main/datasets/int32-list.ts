const FIRST_CAPACITY = 1_024

/** Whole numbers of 32 bits, as many as come; 4 to 8 bytes each. */
export class Int32List {
  #values = new Int32Array(FIRST_CAPACITY)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(2 * this.#length)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  /** The numbers so far; a view that later ones may leave behind. */
  toArray(): Int32Array {
    return this.#values.subarray(0, this.#length)
  }
}
