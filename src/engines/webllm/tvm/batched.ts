import { AppError } from '../../../core/errors.ts';
import type { DeviceLimits, DeviceModel, Logits, Part, SequenceId, Step } from '../device-model.ts';
import type { Readout } from '../readout/readout.ts';
import { call, callable, need, part, whole, type Callable } from './reflect.ts';
import type { Runtime } from './runtime.ts';
import type { Watch } from './watch.ts';

/** The library's functions for many sequences, by the names that TVM gives them. */
export const BATCHED_FUNCTIONS = [
  'embed',
  'batch_prefill',
  'batch_decode',
  'create_tir_paged_kv_cache',
] as const;

interface Tools {
  readonly runtime: Runtime;
  readonly readout: Readout;
  readonly watch: Watch;
  readonly limits: DeviceLimits;
  readonly vocabulary: number;
}

/**
 * Many sequences in one paged cache, through the batched functions that a model library holds and WebLLM does not use. A call to
 * TVM is synchronous: it queues work on the GPU, and only what reads from there waits.
 */
export class BatchedModel implements DeviceModel {
  readonly limits: DeviceLimits;
  readonly vocabulary: number;
  readonly fork: (parent: SequenceId, child: SequenceId, tokens: number) => void;
  readonly #tools: Tools;
  readonly #tvm: unknown;
  readonly #params: unknown;
  readonly #gpu: unknown;
  readonly #cache: unknown;
  readonly #run: ReadonlyMap<string, Callable>;
  readonly #state: ReadonlyMap<string, Callable>;
  readonly #lengths = new Map<SequenceId, number>();

  constructor(tools: Tools) {
    this.#tools = tools;
    this.limits = tools.limits;
    this.vocabulary = tools.vocabulary;
    const { pipeline } = tools.runtime;
    this.#tvm = need(pipeline, 'tvm');
    this.#params = need(pipeline, 'params');
    this.#gpu = need(need(this.#tvm, 'lib'), 'webGPUContext');
    const vm = need(pipeline, 'vm');
    const kept = (owner: unknown, method: string, name: string): Callable =>
      callable(this.#keep(call(owner, method, name)), name);
    [this.#run, this.#state] = this.#scope(() => [
      new Map(BATCHED_FUNCTIONS.map((name) => [name, kept(vm, 'getFunction', name)])),
      new Map(STATE.map((name) => [name, kept(this.#tvm, 'getGlobalFunc', `vm.builtin.kv_state_${name}`)])),
    ]);
    this.#cache = this.#scope(() => this.#keep(this.#createCache()));
    this.fork = (parent, child, tokens) => {
      const end = tokens === this.#lengths.get(parent) ? -1 : tokens;
      this.#change('fork_sequence', parent, child, end);
      this.#lengths.set(child, tokens);
    };
  }

  add(id: SequenceId): void {
    this.#change('add_sequence', id);
    this.#lengths.set(id, 0);
  }

  remove(id: SequenceId): void {
    this.#change('remove_sequence', id);
    this.#lengths.delete(id);
  }

  prefill(parts: readonly Part[], read: readonly number[]): Promise<Logits> {
    const tokens = parts.flatMap((part) => part.tokens);
    // The function wants one position at least.
    const positions = read.length === 0 ? [tokens.length - 1] : read;
    return this.#guarded(() =>
      this.#forward(parts, (embedded, width) =>
        this.#call(
          'batch_prefill',
          call(embedded, 'view', [1, tokens.length, width]),
          this.#integers(positions),
          this.#cache,
          this.#params,
        ),
      ),
    ).then((logits) => this.#over(logits, positions.length));
  }

  decode(steps: readonly Step[]): Promise<Logits> {
    const parts = steps.map(({ id, token }) => ({ id, tokens: [token] }));
    return this.#guarded(() =>
      this.#forward(parts, (embedded, width) =>
        this.#call(
          'batch_decode',
          call(embedded, 'view', [steps.length, 1, width]),
          this.#cache,
          this.#params,
        ),
      ),
    ).then((logits) => this.#over(logits, steps.length));
  }

  readonly explain = (thrown: unknown): AppError => this.#tools.watch.explain(thrown);

  async dispose(): Promise<void> {
    call(this.#cache, 'dispose');
    await call(this.#tools.runtime.engine, 'unload');
  }

  #createCache(): unknown {
    const { sequences, pages, pageTokens, prefillTokens } = this.limits;
    const tuple = (value: number): unknown => this.#tuple([value]);
    const noSlidingWindow = tuple(0);
    const room = [tuple(sequences), tuple(pages * pageTokens), tuple(prefillTokens), tuple(pageTokens)];
    return this.#call('create_tir_paged_kv_cache', ...room, noSlidingWindow);
  }

  /** Embeds the tokens, puts them behind their sequences, and gives the tensor of logits. */
  #forward(parts: readonly Part[], run: (embedded: unknown, width: number) => unknown): unknown {
    return this.#scope(() => {
      const embedded = this.#call(
        'embed',
        this.#integers(parts.flatMap(({ tokens }) => tokens)),
        this.#params,
      );
      const width = widthOf(embedded);
      const ids = this.#tuple(parts.map(({ id }) => id));
      const lengths = this.#tuple(parts.map(({ tokens }) => tokens.length));
      this.#stateCall('begin_forward', ids, lengths);
      const result = run(embedded, width);
      this.#stateCall('end_forward');
      for (const { id, tokens } of parts) this.#lengths.set(id, (this.#lengths.get(id) ?? 0) + tokens.length);
      return this.#keep(call(result, 'get', 0));
    });
  }

  #over(tensor: unknown, rows: number): Logits {
    // Newer runtimes collect commands before they hand them to the GPU.
    if (part(this.#gpu, 'flushCommands') !== undefined) call(this.#gpu, 'flushCommands');
    const buffer = call(this.#gpu, 'gpuBufferFromPtr', call(tensor, 'getDataPtr'));
    const bytes = rows * this.vocabulary * 4;
    // TVM's shaders take whole buffers, so a tensor begins where its buffer does (what 0.2.79 calls byteOffset is misread padding).
    if (!(buffer instanceof GPUBuffer) || buffer.size < bytes)
      throw new AppError(
        'engine-crashed',
        `WebLLM: expected ${bytes} bytes of logits in a GPU buffer, got less`,
      );
    return this.#tools.readout.over(buffer, rows, this.vocabulary, () => {
      call(tensor, 'dispose');
    });
  }

  async #guarded<T>(work: () => T): Promise<T> {
    const failure = this.#tools.watch.failure();
    if (failure !== undefined) throw failure;
    try {
      return await Promise.resolve(work());
    } catch (thrown) {
      throw this.#tools.watch.explain(thrown);
    }
  }

  #change(name: string, ...ids: readonly number[]): void {
    try {
      this.#scope(() => this.#stateCall(name, ...ids.map((id) => call(this.#tvm, 'scalar', id, 'int64'))));
    } catch (thrown) {
      throw this.#tools.watch.explain(thrown);
    }
  }

  #stateCall(name: string, ...given: readonly unknown[]): unknown {
    return this.#state.get(name)?.(this.#cache, ...given);
  }

  #call(name: string, ...given: readonly unknown[]): unknown {
    return this.#run.get(name)?.(...given);
  }

  /** What TVM makes within goes when the work ends, but what was kept. Scopes are one stack: nothing in them may wait. */
  #scope<T>(work: () => T): T {
    call(this.#tvm, 'beginScope');
    try {
      return work();
    } finally {
      call(this.#tvm, 'endScope');
    }
  }

  #keep(value: unknown): unknown {
    return call(this.#tvm, 'detachFromCurrentScope', value);
  }

  #tuple(values: readonly number[]): unknown {
    return call(this.#tvm, 'makeShapeTuple', [...values]);
  }

  #integers(values: readonly number[]): unknown {
    const empty = call(
      this.#tvm,
      'empty',
      [values.length],
      'int32',
      need(this.#tools.runtime.pipeline, 'device'),
    );
    return call(empty, 'copyFrom', [...values]);
  }
}

const STATE = ['add_sequence', 'fork_sequence', 'remove_sequence', 'begin_forward', 'end_forward'] as const;

function widthOf(embedded: unknown): number {
  const shape = need(embedded, 'shape');
  return whole(shape, String(whole(shape, 'length') - 1));
}
