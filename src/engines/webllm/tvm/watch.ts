import { AppError } from '../../../core/errors.ts';
import { lossOf } from '../readout/kernel.ts';
import { intercept } from './reflect.ts';

/** What went wrong on the GPU since the worker started; WebLLM writes it to the console and goes on. */
export interface Watch {
  /** Attaches to the device that WebLLM took. */
  follow(device: GPUDevice): void;
  /** The error of what has been reported so far; undefined where all is well. */
  failure(): AppError | undefined;
  /** What a thrown value was about, seen with what the GPU reported. A full memory ends the device as its loss does. */
  explain(thrown: unknown): AppError;
}

/**
 * WebLLM asks for each buffer's errors, and destroys its device at the first. So that a full memory is told from a lost device, the
 * answers are read along; this has to be installed before a model is loaded.
 */
export function watchGpu(): Watch {
  let memory = false;
  let lost: AppError | undefined;
  let reported: string | undefined;
  intercept(GPUDevice.prototype, 'popErrorScope', (_given, original) => {
    const answer = original();
    void Promise.resolve(answer).then(note, () => undefined);
    return answer;
  });
  function note(error: unknown): void {
    if (error instanceof GPUOutOfMemoryError) memory = true;
    else if (error instanceof GPUError) reported ??= error.message;
  }
  function failure(): AppError | undefined {
    if (memory) {
      return new AppError(
        'device-lost',
        'the GPU has too little memory for this model with this context and batch; choose less of them, or a smaller model',
      );
    }
    if (lost !== undefined) return lost;
    if (reported !== undefined) return new AppError('engine-crashed', `the GPU reported: ${reported}`);
    return undefined;
  }
  return {
    follow: (device) => {
      void device.lost.then((info) => {
        lost = lossOf(info);
      });
      device.addEventListener('uncapturederror', ({ error }) => {
        note(error);
      });
    },
    failure,
    explain: (thrown) => {
      const told = failure();
      if (told !== undefined) return told;
      if (thrown instanceof AppError) return thrown;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const gone = /device.*lost|lost.*device/i.test(reason);
      return new AppError(gone ? 'device-lost' : 'engine-crashed', `WebLLM: ${reason}`, { cause: thrown });
    },
  };
}
