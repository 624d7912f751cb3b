<?php

declare(strict_types=1);

namespace HKS\Host;

/** A worker as the process that listens sees it. */
final class WorkerProcess
{
    private const RECEIVE_SIZE = 64 * 1024;

    public bool $isLoaded = false;
    /** What runs in it. */
    public ?Call $call = null;
    /** Who waits for the answer. */
    public ?Connection $connection = null;
    /** Whether it was killed because its time was over. */
    public bool $isCondemned = false;
    /** Whether it ends, or has ended. */
    public bool $isLeaving = false;
    private bool $isStopped = false;
    private string $unsent = '';
    private Frames $frames;
    /** @var array<int, array{resource, Lines}> */
    private array $outputs;

    public function __construct(
        public int $id,
        private mixed $socket,
        Pipe $out,
        Pipe $error,
        private Loop $loop,
        private Pool $pool,
    ) {
        $this->frames = new Frames();
        $this->outputs = [[$out->reader, new Lines(false)], [$error->reader, new Lines(true)]];
        stream_set_blocking($socket, false);
        stream_set_read_buffer($socket, 0);
        stream_set_chunk_size($socket, self::RECEIVE_SIZE);
        $loop->onReadable($socket, fn () => $this->receive());
        foreach ($this->outputs as $output) {
            $loop->onReadable($output[0], fn () => $this->readOutput($output));
        }
    }

    /** Has it run a call. */
    public function begin(Call $call, Connection $connection): void
    {
        // What was written before is not the call's.
        $this->finishLines();
        $this->call = $call;
        $this->connection = $connection;
        $this->isStopped = false;
        $this->send(Frames::encode(Frames::CALL, serialize($call)));
    }

    /** The next piece of its streamed answer is welcome. */
    public function goOn(): void
    {
        if (!$this->isStopped) {
            $this->send(Frames::encode(Frames::NEXT));
        }
    }

    /** Nobody takes further pieces. */
    public function stop(): void
    {
        if (!$this->isStopped) {
            $this->send(Frames::encode(Frames::STOP));
            $this->isStopped = true;
        }
    }

    public function isStopped(): bool
    {
        return $this->isStopped;
    }

    /** The call has ended; all that it wrote has been written by then. */
    public function finishCall(): void
    {
        $this->finishLines();
        $this->call = $this->connection = null;
    }

    /** Ends it together with the programs that its call has started. */
    public function kill(): void
    {
        posix_kill(-$this->id, SIGKILL);
        posix_kill($this->id, SIGKILL);
    }

    /** Lets it end by itself. */
    public function retire(): void
    {
        @stream_socket_shutdown($this->socket, STREAM_SHUT_WR);
    }

    /** Its process is gone: takes what it has left. */
    public function bury(): void
    {
        $this->receive();
        $this->finishLines();
        $this->closeStreams();
    }

    /** Also for other workers, which inherit the streams. */
    public function closeStreams(): void
    {
        foreach ([$this->socket, ...array_column($this->outputs, 0)] as $stream) {
            if (is_resource($stream)) {
                $this->loop->onReadable($stream, null);
                $this->loop->onWritable($stream, null);
                fclose($stream);
            }
        }
    }

    private function receive(): void
    {
        do {
            $data = (string) @fread($this->socket, self::RECEIVE_SIZE);
            $this->frames->feed($data);
            while (($frame = $this->frames->next()) !== null) {
                $this->pool->onFrame($this, ...$frame);
            }
        } while ($data !== '');
        if (feof($this->socket)) {
            $this->loop->onReadable($this->socket, null);
            $this->pool->onFarewell($this);
        }
    }

    private function finishLines(): void
    {
        foreach ($this->outputs as $output) {
            $this->readOutput($output);
            $output[1]->finish($this->call);
        }
    }

    /** @param array{resource, Lines} $output */
    private function readOutput(array $output): void
    {
        [$stream, $lines] = $output;
        while (is_resource($stream) && ($data = (string) @fread($stream, self::RECEIVE_SIZE)) !== '') {
            $lines->take($data, $this->call);
        }
        if (is_resource($stream) && feof($stream)) {
            $this->loop->onReadable($stream, null);
        }
    }

    private function send(string $frame): void
    {
        $this->unsent .= $frame;
        $this->flush();
    }

    private function flush(): void
    {
        $written = @fwrite($this->socket, $this->unsent);
        // One that is gone is buried soon.
        $this->unsent = $written === false ? '' : substr($this->unsent, $written);
        $this->loop->onWritable($this->socket, $this->unsent === '' ? null : fn () => $this->flush());
    }
}
