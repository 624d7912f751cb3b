<?php

declare(strict_types=1);

namespace HKS\Host;

/** The process that listens: connections, deadlines, workers and the orderly stop. */
final class Server
{
    // What one process can watch at once, less what the host needs itself (FD_SETSIZE).
    private const MAX_STREAMS = 960;
    private const STREAMS_PER_WORKER = 3;
    // How long new connections or workers wait when the system has no room for them.
    private const PAUSE_SECONDS = 0.2;

    private Loop $loop;
    private Pool $pool;
    private ?Listeners $listeners = null;
    /** @var array<int, Connection> */
    private array $connections = [];
    private int $maxConnections;
    private float $nextSweep = INF;
    private float $nextSpawn = 0.0;
    private bool $stopRequested = false;
    private bool $isDraining = false;
    private float $drainEnd = INF;

    public function __construct(private Settings $settings, Entry $entry)
    {
        Libc::load();
        $this->loop = new Loop();
        $this->pool = new Pool($settings, $entry, $this->loop);
        $this->maxConnections = self::MAX_STREAMS - self::STREAMS_PER_WORKER * $this->pool->limit;
    }

    /**
     * Serves until SIGTERM or SIGINT, then until the calls that run have ended or their time is over.
     * True in a worker's process. Throws LoadError and SettingsError.
     */
    public function run(): bool
    {
        $this->catchSignals();
        while (!$this->isFinished()) {
            if ($this->pool->wantsWorker() && $this->spawn()) {
                return true;
            }
            if ($this->listeners === null && !$this->isDraining && $this->pool->isReady()) {
                $this->listen();
            }
            $this->turn();
        }
        return false;
    }

    public function isDraining(): bool
    {
        return $this->isDraining;
    }

    public function pool(): Pool
    {
        return $this->pool;
    }

    /** Answers the platform's health checks. */
    public function probe(Request $request): ?Response
    {
        if ($request->path !== '/health/readiness' && $request->path !== '/health/liveness') {
            return null;
        }
        if ($request->method !== 'GET' && $request->method !== 'HEAD') {
            return Response::error(405, 'health checks are read with GET');
        }
        $isWell = $request->path === '/health/liveness' || !$this->isDraining;
        return new Response($isWell ? 200 : 503, [['content-type', Response::TEXT]]);
    }

    /** A connection has closed. */
    public function forget(Connection $connection): void
    {
        unset($this->connections[spl_object_id($connection)]);
        if (!$this->isDraining && count($this->connections) === $this->maxConnections - 1) {
            $this->listeners?->watch(fn ($stream, $address) => $this->accept($stream, $address));
        }
    }

    /** Makes sure that the deadlines are looked at by then. */
    public function watchDeadline(float $deadline): void
    {
        $this->nextSweep = min($this->nextSweep, $deadline);
    }

    private function turn(): void
    {
        $due = $this->pool->wantsWorker() ? min($this->nextSweep, $this->nextSpawn) : $this->nextSweep;
        $this->loop->turn(min($due - Clock::now(), $this->pool->patience()));
        $this->pool->reap();
        if ($this->stopRequested && !$this->isDraining) {
            $this->drain();
        }
        if (Clock::now() >= $this->nextSweep) {
            $this->sweep();
        }
    }

    private function sweep(): void
    {
        $now = Clock::now();
        $this->nextSweep = $this->isDraining ? $this->drainEnd : INF;
        foreach ($this->connections as $connection) {
            if ($connection->deadline <= $now) {
                $this->loop->guard(fn () => $connection->onDeadline());
            } else {
                $this->watchDeadline($connection->deadline);
            }
        }
    }

    /** True in the new process. */
    private function spawn(): bool
    {
        if (Clock::now() < $this->nextSpawn) {
            return false;
        }
        try {
            return $this->pool->spawn(fn () => $this->leave());
        } catch (\RuntimeException $error) {
            Logs::log('warn', 'new calls wait: ' . $error->getMessage());
            $this->nextSpawn = Clock::now() + self::PAUSE_SECONDS;
            return false;
        }
    }

    /** What the new process of a worker has inherited and has no business with. */
    private function leave(): void
    {
        $this->listeners?->close();
        foreach ($this->connections as $connection) {
            fclose($connection->stream);
        }
        $this->connections = [];
    }

    // Accepting

    private function listen(): void
    {
        try {
            $this->listeners = new Listeners($this->settings, $this->loop);
        } catch (SettingsError $error) {
            $this->pool->killAll();
            throw $error;
        }
        $this->listeners->watch(fn ($stream, $address) => $this->accept($stream, $address));
    }

    /** Whether another one may come. */
    private function accept(mixed $stream, ?string $address): bool
    {
        $connection = new Connection($this, $this->settings, $this->loop, $stream, $address);
        $this->connections[spl_object_id($connection)] = $connection;
        if (count($this->connections) < $this->maxConnections) {
            return true;
        }
        // The others wait in the system's queue until one of these has closed.
        $this->listeners->watch(null);
        return false;
    }

    // Stopping

    private function catchSignals(): void
    {
        // Whoever started this process may have had the signals blocked, which is inherited.
        pcntl_sigprocmask(SIG_UNBLOCK, [SIGTERM, SIGINT, SIGCHLD]);
        pcntl_async_signals(true);
        $stop = function (): void {
            $this->stopRequested = true;
        };
        pcntl_signal(SIGTERM, $stop);
        pcntl_signal(SIGINT, $stop);
        // Only to end a wait.
        pcntl_signal(SIGCHLD, static function (): void {
        });
    }

    private function drain(): void
    {
        $this->isDraining = true;
        $this->drainEnd = Clock::now() + $this->settings->drain;
        $this->watchDeadline($this->drainEnd);
        if ($this->listeners === null) {
            // No call can have come yet.
            $this->pool->killAll();
            return;
        }
        // Clients whose connection the system has accepted already are served.
        $this->listeners->acceptAll(fn ($stream, $address) => $this->accept($stream, $address));
        $this->listeners->close();
        $this->listeners->removeUnixSocket();
        foreach ($this->connections as $connection) {
            $this->loop->guard(fn () => $connection->onDrain());
        }
    }

    private function isFinished(): bool
    {
        if (!$this->isDraining) {
            return false;
        }
        $unfinished = $this->pool->unfinished();
        if ($this->connections === [] && $unfinished === 0) {
            // Code that functions have left for the end of their process runs now.
            $this->pool->retire();
            if ($this->pool->isEmpty()) {
                return true;
            }
        }
        if (Clock::now() < $this->drainEnd) {
            return false;
        }
        if ($unfinished > 0) {
            $limit = Settings::shown($this->settings->drain);
            Logs::log('warn', "stopped after $limit s, calls unfinished: $unfinished");
        }
        $this->pool->killAll();
        return true;
    }
}
