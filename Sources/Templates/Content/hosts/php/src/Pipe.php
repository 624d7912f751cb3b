<?php

declare(strict_types=1);

namespace HKS\Host;

/** What one standard stream of a worker is led through. */
final class Pipe
{
    /** @var resource */
    public mixed $reader;
    /** The end to write: a descriptor, or a stream where there is no telling its number. */
    private mixed $writer;

    public function __construct()
    {
        if (Libc::isLoaded()) {
            [$reader, $this->writer] = Libc::pipe();
            // A duplicate.
            $this->reader = fopen("php://fd/$reader", 'r');
            Libc::close($reader);
        } else {
            [$this->reader, $this->writer] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        }
        stream_set_blocking($this->reader, false);
        stream_set_read_buffer($this->reader, 0);
    }

    /** For the process that reads. */
    public function closeWriter(): void
    {
        is_int($this->writer) ? Libc::close($this->writer) : fclose($this->writer);
    }

    /**
     * For the worker: the stream to write to. Where that is possible it is `$standard` itself, so that all that is
     * written takes this way: echo, constants, `php://` paths, what PHP logs, programs that the function runs.
     */
    public function replace(int $descriptor, mixed $standard): mixed
    {
        fclose($this->reader);
        if (!is_int($this->writer)) {
            return $this->writer;
        }
        Libc::duplicate($this->writer, $descriptor);
        Libc::close($this->writer);
        return $standard;
    }
}
