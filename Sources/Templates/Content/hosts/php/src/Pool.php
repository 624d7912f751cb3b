<?php

declare(strict_types=1);

namespace HKS\Host;

/** The workers: processes that run one call at a time, started as calls need them and kept for the next ones. */
final class Pool
{
    // Where the platform leaves the choice to the host, and as many as one process can watch.
    private const DEFAULT_LIMIT = 16;
    private const MAX_LIMIT = 200;
    // How long a process that has closed its streams is looked out for.
    private const FAREWELL_SECONDS = 0.005;

    public int $limit;
    /** @var array<int, WorkerProcess> */
    private array $workers = [];
    /** @var list<WorkerProcess> */
    private array $idle = [];
    /** @var array<int, array{Call, Connection}> calls without a worker, in order */
    private array $waiting = [];
    /** Why the last worker could not load the handler. */
    private ?string $failure = null;
    private bool $isReady = false;

    public function __construct(private Settings $settings, private Entry $entry, private Loop $loop)
    {
        $this->limit = min($settings->concurrency ?: self::DEFAULT_LIMIT, self::MAX_LIMIT);
    }

    /** Whether a worker has loaded the handler. Throws LoadError where the first one could not. */
    public function isReady(): bool
    {
        if (!$this->isReady && $this->failure !== null && $this->isEmpty()) {
            throw new LoadError($this->failure);
        }
        return $this->isReady;
    }

    /** How many calls run or wait. */
    public function unfinished(): int
    {
        return count($this->waiting) + count(array_filter($this->workers, static fn ($worker) => $worker->call !== null));
    }

    public function isEmpty(): bool
    {
        return $this->workers === [];
    }

    /** How long the loop may wait for the pool's sake. */
    public function patience(): float
    {
        foreach ($this->workers as $worker) {
            if ($worker->isLeaving) {
                return self::FAREWELL_SECONDS;
            }
        }
        return INF;
    }

    /** Starts a call, or lets it wait for a worker. */
    public function submit(Call $call, Connection $connection): void
    {
        $this->waiting[spl_object_id($call)] = [$call, $connection];
        $this->assign();
    }

    /** The caller was told that the time is over. */
    public function giveUp(Call $call): void
    {
        unset($this->waiting[spl_object_id($call)]);
        $worker = $this->workerOf($call);
        if ($worker !== null) {
            $worker->isCondemned = true;
            $worker->kill();
        }
    }

    public function workerOf(Call $call): ?WorkerProcess
    {
        foreach ($this->workers as $worker) {
            if ($worker->call === $call) {
                return $worker;
            }
        }
        return null;
    }

    // Processes

    public function wantsWorker(): bool
    {
        $loading = count(array_filter($this->workers, static fn ($worker) => !$worker->isLoaded));
        $first = $this->failure === null ? 1 : 0;
        $wanted = $this->isReady ? count($this->waiting) : $first;
        return $wanted > $loading && count($this->workers) < $this->limit;
    }

    /** Starts a worker. True in the new process, which has nothing of this one's any more. */
    public function spawn(callable $leave): bool
    {
        [$socket, $far] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        [$out, $error] = [new Pipe(), new Pipe()];
        $id = pcntl_fork();
        if ($id === 0) {
            $leave();
            fclose($socket);
            array_walk($this->workers, static fn ($worker) => $worker->closeStreams());
            Worker::begin($this->settings, $this->entry, $far, $out, $error);
            return true;
        }
        fclose($far);
        $out->closeWriter();
        $error->closeWriter();
        if ($id < 0) {
            throw new \RuntimeException('no process is to be had: ' . pcntl_strerror(pcntl_get_last_error()));
        }
        // A group of its own: a signal to the host's group is the host's to handle.
        posix_setpgid($id, $id);
        $this->workers[$id] = new WorkerProcess($id, $socket, $out, $error, $this->loop, $this);
        return false;
    }

    /** Takes note of the processes that have ended. */
    public function reap(): void
    {
        while (($id = pcntl_waitpid(-1, $status, WNOHANG)) > 0) {
            if (isset($this->workers[$id])) {
                $this->onEnd($this->workers[$id], $status);
            }
        }
    }

    /** A worker has closed its streams: its end is near, and may come without a signal that wakes us. */
    public function onFarewell(WorkerProcess $worker): void
    {
        $worker->isLeaving = true;
        $this->idle = array_values(array_filter($this->idle, static fn ($other) => $other !== $worker));
    }

    /** Lets all workers end that have nothing to do. */
    public function retire(): void
    {
        foreach ($this->workers as $worker) {
            $worker->call === null && $worker->retire();
        }
        $this->idle = [];
    }

    public function killAll(): void
    {
        array_walk($this->workers, static fn ($worker) => $worker->kill());
    }

    public function closeStreams(): void
    {
        array_walk($this->workers, static fn ($worker) => $worker->closeStreams());
    }

    // Messages

    public function onFrame(WorkerProcess $worker, string $kind, string $content): void
    {
        [$call, $connection] = [$worker->call, $worker->connection];
        switch ($kind) {
            case Frames::LOADED:
                $worker->isLoaded = $this->isReady = true;
                $this->rest($worker);
                break;
            case Frames::FAILED:
                $this->failure = $content;
                break;
            case Frames::ANSWER:
                $this->finish($worker);
                $connection->answer($call, self::response($content));
                break;
            case Frames::HEAD:
                $connection->beginStream($call, $worker, self::response($content));
                break;
            case Frames::PIECE:
                $connection->sendPiece($worker, $content);
                break;
            case Frames::END:
                $connection->endStream($worker);
                $this->finish($worker);
                break;
            case Frames::BROKEN:
                $connection->breakOff($worker);
                $this->finish($worker);
                break;
        }
    }

    private static function response(string $content): Response
    {
        return new Response(...unserialize($content, ['allowed_classes' => false]));
    }

    private function finish(WorkerProcess $worker): void
    {
        $worker->finishCall();
        $this->rest($worker);
    }

    private function rest(WorkerProcess $worker): void
    {
        if (!$worker->isLeaving) {
            $this->idle[] = $worker;
        }
        $this->assign();
    }

    private function assign(): void
    {
        while ($this->waiting !== [] && $this->idle !== []) {
            [$call, $connection] = $this->nextWaiting();
            // The one that had a call last has the most in the processor's caches.
            array_pop($this->idle)->begin($call, $connection);
        }
    }

    // Ends

    private function onEnd(WorkerProcess $worker, int $status): void
    {
        $this->onFarewell($worker);
        $worker->bury();
        unset($this->workers[$worker->id]);
        $how = self::shown($status);
        if (!$worker->isLoaded) {
            $this->failure ??= "handler '{$this->entry->text}' cannot be loaded: its file $how";
            $this->isReady && $this->failWaiting($this->failure);
        } elseif ($worker->call !== null && !$worker->isCondemned) {
            $message = "the function $how during the call";
            Logs::log('error', $message, $worker->call);
            $worker->connection->fail($worker->call, $worker, $message);
        }
    }

    /** The call that a worker was started for must not wait for ever. */
    private function failWaiting(string $reason): void
    {
        $this->failure = null;
        if ($this->waiting === []) {
            Logs::log('error', $reason);
            return;
        }
        [$call, $connection] = $this->nextWaiting();
        Logs::log('error', $reason, $call);
        $connection->fail($call, null, $reason);
    }

    /** @return array{Call, Connection} */
    private function nextWaiting(): array
    {
        // Not array_shift(), which would give the others new keys.
        $key = array_key_first($this->waiting);
        $first = $this->waiting[$key];
        unset($this->waiting[$key]);
        return $first;
    }

    private static function shown(int $status): string
    {
        return pcntl_wifexited($status)
            ? 'ended the process with status ' . pcntl_wexitstatus($status)
            : 'was ended by signal ' . pcntl_wtermsig($status);
    }
}
