import Foundation
import SystemPackage

extension FuncError {
    /// Describes a failure that another error led to. Where that is the system's, its words end the message:
    /// `cannot read 'a/b': permission denied`; all of it is the ``cause``.
    public init(
        _ code: ErrorCode,
        _ message: String,
        hint: String? = nil,
        location: SourceLocation? = nil,
        because error: any Error,
        details: [String] = []
    ) {
        let reason = Self.systemReason(of: error).map { ": \($0)" } ?? ""
        self.init(code, message + reason, hint: hint, location: location, cause: "\(error)", details: details)
    }

    /// The system's words for an error, or for one that lies below it; nil where it is none of the system's.
    private static func systemReason(of error: any Error) -> String? {
        if let error = error as? Errno { return error.reason }
        if let error = error as? POSIXError { return Errno(rawValue: error.code.rawValue).reason }
        let system = error as NSError
        if system.domain == NSPOSIXErrorDomain { return Errno(rawValue: Int32(truncatingIfNeeded: system.code)).reason }
        return (system.userInfo[NSUnderlyingErrorKey] as? any Error).flatMap(systemReason)
    }
}
